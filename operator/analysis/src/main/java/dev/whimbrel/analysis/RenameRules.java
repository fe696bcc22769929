package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.Optional;
import java.util.Set;

/** What gives things another name. */
final class RenameRules {

  /** No query names them. */
  private static final Set<String> NOBODY_ASKS_FOR =
      Set.of(
          "OBJECT_INDEX",
          "OBJECT_TABCONSTRAINT",
          "OBJECT_DOMCONSTRAINT",
          "OBJECT_TRIGGER",
          "OBJECT_RULE",
          "OBJECT_POLICY");

  private final Known known;

  RenameRules(Known known) {
    this.known = known;
  }

  Optional<Judgement> rename(Node s) {
    String type = s.text("renameType");
    QualifiedName relation = s.relation("relation");
    boolean ofTable = !relation.name().isEmpty();
    boolean isNew = ofTable && known.isNew(relation);
    if (isNew || NOBODY_ASKS_FOR.contains(type)) {
      return Optional.empty();
    }
    String column = s.text("subname");
    Judgement renamed =
        !ofTable || type.equals("OBJECT_ATTRIBUTE")
            ? of(Rule.RENAME_OBJECT, "an object")
            : type.equals("OBJECT_COLUMN")
                ? of(Rule.RENAME_COLUMN, "column " + column + " of " + relation).on(relation)
                : of(Rule.RENAME_TABLE, relation.toString()).on(relation);
    return Optional.of(
        renamed
            .calling("column", Identifiers.quoted(column))
            .calling("newname", Identifiers.quoted(s.text("newname")))
            .calling(
                "renamed",
                Identifiers.quoted(new QualifiedName(relation.schema(), s.text("newname")))));
  }

  Judgement setSchema(Node s, Statement statement) {
    QualifiedName relation = s.relation("relation");
    return Judgement.of(
            Rule.SET_SCHEMA, statement.firstWord() + " … SET SCHEMA: who uses its old name fails")
        .on(relation);
  }

  private static Judgement of(Rule rule, String what) {
    return Judgement.of(rule, "renames " + what + "; applications that use the old name fail");
  }
}
