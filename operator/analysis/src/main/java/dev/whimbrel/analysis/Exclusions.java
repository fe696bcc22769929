package dev.whimbrel.analysis;

import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.catalog.TypeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether rows are in the way of an exclusion constraint. */
final class Exclusions {

  /** Operators that PostgreSQL brings; another may be anybody's. */
  private static final Set<String> OPERATORS = Set.of("=", "&&", "<>", "-|-", "@>", "<@");

  private Exclusions() {}

  /**
   * Empty where it is of more than plain columns of PostgreSQL's own types, or has a condition. Of
   * a partitioned table rows have no place of their own to be told apart by.
   *
   * @param constraint CONSTR_EXCLUSION
   */
  static Optional<Asked> asked(RelationFacts table, Node constraint) {
    if (table.kind() != RelationKind.TABLE || constraint.has("where_clause")) {
      return Optional.empty();
    }
    List<String> conditions = new ArrayList<>();
    for (Node exclusion : constraint.list("exclusions")) {
      List<Node> parts = exclusion.list("items");
      String column = parts.getFirst().text("name");
      String operator = parts.getLast().lastName("items");
      boolean known =
          table
              .column(column)
              .filter(found -> found.kind() == TypeKind.BASE || found.kind() == TypeKind.RANGE)
              .isPresent();
      if (!known || parts.getFirst().has("collation") || !OPERATORS.contains(operator)) {
        return Optional.empty();
      }
      String quoted = Identifiers.quoted(column);
      conditions.add("a." + quoted + " OPERATOR(pg_catalog." + operator + ") b." + quoted);
    }
    String name = Identifiers.quoted(table.name());
    String rows =
        " FROM "
            + name
            + " a WHERE EXISTS (SELECT FROM "
            + name
            + " b WHERE b.ctid <> a.ctid AND "
            + String.join(" AND ", conditions)
            + ")";
    return Optional.of(
        new Asked(
            List.of(table),
            "SELECT count(*)" + rows,
            "the exclusion constraint cannot be built (23P01), because {n} rows of "
                + table.name()
                + " exclude another; they are: SELECT *"
                + rows,
            "no row of " + table.name() + " excludes another"));
  }
}
