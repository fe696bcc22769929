package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What it costs to add a constraint to a table that is in use. */
final class AddedConstraint {

  private AddedConstraint() {}

  /**
   * Judges one.
   *
   * @param constraint a Constraint
   * @param sql the whole statement
   */
  static Optional<Judgement> judge(Node constraint, String sql, QualifiedName table, Known known) {
    boolean later = constraint.flag("skip_validation");
    return switch (constraint.text("contype")) {
      case "CONSTR_CHECK" ->
          later
              ? Optional.empty()
              : Optional.of(
                  defined(
                      Judgement.of(
                          Rule.ADD_CHECK,
                          "adds a constraint to "
                              + table
                              + ", which checks every row while nobody can read it; NOT VALID and"
                              + " a later VALIDATE do not"),
                      constraint,
                      sql,
                      table));
      case "CONSTR_FOREIGN" -> Optional.of(foreignKey(constraint, sql, table));
      case "CONSTR_UNIQUE", "CONSTR_PRIMARY" -> key(constraint, table, known);
      case "CONSTR_EXCLUSION" ->
          Optional.of(
              Judgement.of(
                      Rule.ADD_EXCLUSION,
                      "builds an index and reads all of "
                          + table
                          + " twice while nobody can read it; there is no way to do it online")
                  .on(table)
                  .calling("definition", Clause.at(sql, constraint.location())));
      default ->
          Optional.of(
              Judgement.of(
                      Rule.ALTER_TABLE,
                      "adds a constraint to " + table + ", which checks every row under a lock")
                  .on(table));
    };
  }

  private static Judgement foreignKey(Node constraint, String sql, QualifiedName table) {
    String parent = constraint.relation("pktable").toString();
    return constraint.flag("skip_validation")
        ? Judgement.of(
                Rule.ADD_FOREIGN_KEY_NOT_VALID,
                "writers of " + table + " and of " + parent + " wait for a moment")
            .on(table)
        : defined(
            Judgement.of(
                Rule.ADD_FOREIGN_KEY,
                "adds a foreign key from "
                    + table
                    + " to "
                    + parent
                    + ", whose writers wait until every row is checked; NOT VALID and a later"
                    + " VALIDATE do not make them"),
            constraint,
            sql,
            table);
  }

  private static Judgement defined(
      Judgement judgement, Node constraint, String sql, QualifiedName table) {
    boolean foreign = constraint.text("contype").equals("CONSTR_FOREIGN");
    String definition = Clause.unnamed(Clause.at(sql, constraint.location()));
    return judgement
        .on(table)
        .calling(
            "constraint",
            called(
                constraint,
                table,
                foreign ? constraint.names("fk_attrs") : checked(constraint),
                foreign ? "fkey" : "check"))
        .calling("definition", definition);
  }

  /** PostgreSQL calls a CHECK of one column after it, any other after the table only. */
  private static List<String> checked(Node constraint) {
    List<String> columns =
        constraint
            .node("raw_expr")
            .all("ColumnRef")
            .map(column -> column.lastName("fields"))
            .distinct()
            .toList();
    return columns.size() == 1 ? columns : List.of();
  }

  private static Optional<Judgement> key(Node constraint, QualifiedName table, Known known) {
    boolean unique = constraint.text("contype").equals("CONSTR_UNIQUE");
    List<String> columns = constraint.names("keys");
    String what = unique ? "UNIQUE" : "PRIMARY KEY";
    if (!constraint.has("indexname")) {
      return Optional.of(
          Judgement.of(
                  unique ? Rule.ADD_UNIQUE : Rule.ADD_PRIMARY_KEY,
                  "builds an index while nobody can read "
                      + table
                      + "; CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … "
                      + what
                      + " … USING INDEX")
              .on(table)
              .calling("columns", Identifiers.quoted(columns))
              .calling("more", more(constraint))
              .calling("deferrable", deferrable(constraint))
              .calling(
                  "constraint",
                  called(
                      constraint, table, unique ? columns : List.of(), unique ? "key" : "pkey")));
    }
    return unique || isProven(constraint.text("indexname"), table, known)
        ? Optional.empty()
        : Optional.of(
            Judgement.of(
                    Rule.ADD_PRIMARY_KEY_USING_INDEX,
                    "reads all of "
                        + table
                        + " while nobody can read it where a column of the key is not NOT NULL"
                        + " yet")
                .on(table)
                .calling("index", Identifiers.quoted(constraint.text("indexname")))
                .calling("constraint", called(constraint, table, List.of(), "pkey")));
  }

  static String more(Node constraint) {
    List<String> included = constraint.names("including");
    return (included.isEmpty() ? "" : " INCLUDE (" + Identifiers.quoted(included) + ")")
        + (constraint.flag("nulls_not_distinct") ? " NULLS NOT DISTINCT" : "");
  }

  private static String deferrable(Node constraint) {
    return (constraint.flag("deferrable") ? " DEFERRABLE" : "")
        + (constraint.flag("initdeferred") ? " INITIALLY DEFERRED" : "");
  }

  /** Whether all columns of an index are known to hold no NULL. */
  static boolean isProven(String index, QualifiedName table, Known known) {
    return known.relation(table).stream()
        .flatMap(facts -> facts.indexes().stream())
        .filter(each -> each.name().equals(index))
        .anyMatch(
            each -> each.columns().stream().allMatch(column -> known.provesNotNull(table, column)));
  }

  /** Its name, or the one that PostgreSQL would give it. */
  static String called(Node constraint, QualifiedName table, List<String> columns, String suffix) {
    String written = constraint.text("conname");
    return Identifiers.quoted(
        written.isEmpty()
            ? String.join(
                "_",
                Stream.of(List.of(table.name()), columns, List.of(suffix))
                    .flatMap(List::stream)
                    .toList())
            : written);
  }
}
