package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a plan drops or alters although it is not there: this database is not the one that the
 * script was written for. Only where it is sure: what earlier statements may have made, or moved to
 * another name, is not looked for.
 */
public final class AbsentFindings {

  /** Of PostgreSQL 18, where NOT NULL is a constraint with a name that the facts do not know. */
  private static final int NAMED_NOT_NULL = 18;

  private static final Pattern DROP =
      Pattern.compile(
          "(?is)^(DROP\\s+(?:MATERIALIZED\\s+VIEW|FOREIGN\\s+TABLE|\\w+)(?:\\s+CONCURRENTLY)?)\\s+(?!IF\\b)");

  private final SchemaFacts facts;
  private final Changes changes;

  private AbsentFindings(SchemaFacts facts, Changes changes) {
    this.facts = facts;
    this.changes = changes;
  }

  /** Of a plan. */
  public static List<Finding> of(ParsedPlan plan, SchemaFacts facts) {
    return plan.each(
        (script, parsed, before) -> new AbsentFindings(facts, before).of(script, parsed));
  }

  private Stream<Finding> of(String script, Parsed parsed) {
    return parsed.nodes().stream()
        .flatMap(node -> missing(node, parsed.statement().text()))
        .map(missing -> finding(missing, script, parsed.statement()));
  }

  private static Finding finding(Missing missing, String script, Statement statement) {
    return new Finding(
        Rule.NOT_THERE.id(),
        Risk.HIGH.label(),
        missing.what
            + " is not in this database, so the statement fails: it is not as the script expects."
            + " Find out why; where it may be gone, say IF EXISTS",
        script,
        statement.line(),
        missing.rewrite.lines().toList());
  }

  private Stream<Missing> missing(Node s, String sql) {
    return switch (s.kind()) {
      case "DropStmt" -> s.flag("missing_ok") ? Stream.empty() : dropped(s, sql);
      case "AlterTableStmt" -> s.flag("missing_ok") ? Stream.empty() : altered(s, sql);
      case "IndexStmt", "RenameStmt" ->
          s.flag("missing_ok") ? Stream.empty() : named(s.relation("relation"));
      default -> Stream.empty();
    };
  }

  private Stream<Missing> dropped(Node s, String sql) {
    if (s.text("removeType").equals("OBJECT_TRIGGER")
        || !s.text("removeType")
            .matches("OBJECT_(TABLE|INDEX|VIEW|MATVIEW|SEQUENCE|FOREIGN_TABLE)")) {
      return Stream.empty();
    }
    String kind =
        s.text("removeType")
            .replaceFirst("OBJECT_", "")
            .replace('_', ' ')
            .replace("MATVIEW", "MATERIALIZED VIEW");
    return s.list("objects").stream()
        .map(DropRules::name)
        .filter(this::isAbsent)
        .map(name ->
            new Missing(kind + " " + name, DROP.matcher(sql).replaceFirst("$1 IF EXISTS ") + ";"));
  }

  private Stream<Missing> altered(Node s, String sql) {
    QualifiedName table = s.relation("relation");
    return Stream.concat(
        named(table),
        facts.relation(table).filter(known -> changes.keeps(table)).stream()
            .flatMap(known ->
                s.list("cmds").stream()
                    .filter(action -> !action.flag("missing_ok"))
                    .filter(action -> lacks(table, known, action))
                    .map(action -> missing(table, action, sql))));
  }

  private Stream<Missing> named(QualifiedName relation) {
    return relation.name().isEmpty() || !isAbsent(relation)
        ? Stream.empty()
        : Stream.of(new Missing("relation " + relation, ""));
  }

  private boolean lacks(QualifiedName table, RelationFacts known, Node action) {
    String name = action.text("name");
    return !changes.mayHaveMade(table, name)
        && switch (action.text("subtype")) {
          case "AT_DropColumn" -> !known.columns().isEmpty() && known.column(name).isEmpty();
          case "AT_DropConstraint" ->
              facts.major() < NAMED_NOT_NULL && !constraints(known).contains(name);
          default -> false;
        };
  }

  private static Missing missing(QualifiedName table, Node action, String sql) {
    boolean column = action.text("subtype").equals("AT_DropColumn");
    String name = action.text("name");
    return new Missing(
        (column ? "column " : "constraint ") + name + " of " + table,
        sql.replaceFirst(
                "(?i)\\bDROP\\s+(COLUMN|CONSTRAINT)\\s+(?=\"?" + Pattern.quote(name) + "\\b)",
                "DROP $1 IF EXISTS ")
            + ";");
  }

  private static Set<String> constraints(RelationFacts table) {
    Set<String> names = new HashSet<>();
    table.checks().forEach(check -> names.add(check.name()));
    table.foreignKeys().forEach(key -> names.add(key.name()));
    table.indexes().forEach(index -> names.add(index.name()));
    return names;
  }

  private boolean isAbsent(QualifiedName name) {
    return facts.isAbsent(name) && !changes.mayHaveMade(name);
  }

  /** What is not there, and the statement that does not mind. */
  private record Missing(String what, String rewrite) {}
}
