package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.ForeignKey;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What only a catalog can tell: what else is locked, and what a partitioned table refuses. */
final class CatalogRules {

  private static final int SHOWN = 5;

  /** Before it, a foreign key on a partitioned table could not be NOT VALID. */
  private static final int PARTITIONED_NOT_VALID = 18;

  private final Known known;

  CatalogRules(Known known) {
    this.known = known;
  }

  /**
   * Judges one.
   *
   * @param sql the whole statement
   */
  List<Judgement> judge(Node s, String sql) {
    return switch (s.kind()) {
      case "AlterTableStmt" -> alter(s, sql);
      case "DropStmt" -> drop(s);
      default -> List.of();
    };
  }

  private List<Judgement> alter(Node s, String sql) {
    QualifiedName table = s.relation("relation");
    List<Judgement> found = new ArrayList<>();
    Optional<RelationFacts> facts = known.relation(table);
    for (Node action : s.list("cmds")) {
      facts.ifPresent(relation -> found.addAll(action(action, table, relation, sql)));
    }
    return found;
  }

  private List<Judgement> action(
      Node action, QualifiedName table, RelationFacts facts, String sql) {
    String name = action.text("name");
    return switch (action.text("subtype")) {
      case "AT_DropColumn" ->
          locksToo(table, facts.foreignKeys().stream().filter(key -> key.columns().contains(name)))
              .toList();
      case "AT_DropConstraint" ->
          locksToo(table, facts.foreignKeys().stream().filter(key -> key.name().equals(name)))
              .toList();
      case "AT_AddConstraint" ->
          foreignKey(action.node("def"), table, facts, sql).stream().toList();
      default -> List.of();
    };
  }

  private Optional<Judgement> foreignKey(
      Node constraint, QualifiedName table, RelationFacts facts, String sql) {
    boolean refused =
        constraint.text("contype").equals("CONSTR_FOREIGN")
            && constraint.flag("skip_validation")
            && facts.kind() == RelationKind.PARTITIONED_TABLE
            && known.major() > 0
            && known.major() < PARTITIONED_NOT_VALID;
    return refused
        ? Optional.of(
            Judgement.of(
                    Rule.FOREIGN_KEY_ON_PARTITIONED,
                    table
                        + " is partitioned, where PostgreSQL "
                        + known.major()
                        + " refuses a foreign key as NOT VALID (42809); add it partition by"
                        + " partition")
                .on(table)
                .calling(
                    "definition",
                    Clause.unnamed(Clause.at(sql, constraint.location()))
                        .replaceFirst("(?is)\\s+not\\s+valid$", "")
                        .replace("%", "%%")
                        .replace("'", "''")))
        : Optional.empty();
  }

  private List<Judgement> drop(Node s) {
    boolean relations =
        List.of("OBJECT_TABLE", "OBJECT_INDEX", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_SEQUENCE")
            .contains(s.text("removeType"));
    if (!relations) {
      return List.of();
    }
    List<QualifiedName> names = s.list("objects").stream().map(DropRules::name).toList();
    List<Judgement> found = new ArrayList<>();
    for (QualifiedName name : names) {
      known
          .relation(name)
          .ifPresent(facts -> {
            locksToo(
                    name,
                    facts.foreignKeys().stream().filter(key -> !names.contains(key.references())))
                .forEach(found::add);
          });
    }
    return found;
  }

  private Stream<Judgement> locksToo(QualifiedName table, Stream<ForeignKey> keys) {
    List<String> others =
        keys.map(ForeignKey::references)
            .filter(other -> !other.name().equals(table.name()))
            .map(QualifiedName::toString)
            .distinct()
            .toList();
    return others.isEmpty()
        ? Stream.empty()
        : Stream.of(
            Judgement.of(
                    Rule.LOCKS_REFERENCED,
                    "its foreign keys go with it, so "
                        + shown(others)
                        + " is locked ACCESS EXCLUSIVE too; drop the foreign keys first, each in"
                        + " a script of its own")
                .on(table));
  }

  private static String shown(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
  }
}
