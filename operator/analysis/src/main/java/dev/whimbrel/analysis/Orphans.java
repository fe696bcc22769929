package dev.whimbrel.analysis;

import dev.whimbrel.analysis.catalog.RelationFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether rows are in the way of a foreign key. */
final class Orphans {

  private Orphans() {}

  /**
   * Empty where a column is not known.
   *
   * @param columns of the foreign key
   * @param target the columns of the parent that they point to
   */
  static Optional<Asked> asked(
      RelationFacts table, List<String> columns, RelationFacts parent, List<String> target) {
    boolean known =
        columns.stream().allMatch(column -> table.column(column).isPresent())
            && target.stream().allMatch(column -> parent.column(column).isPresent());
    if (!known || columns.isEmpty() || columns.size() != target.size()) {
      return Optional.empty();
    }
    List<String> conditions = new ArrayList<>();
    List<String> joins = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      conditions.add("c." + Identifiers.quoted(columns.get(i)) + " IS NOT NULL");
      joins.add(
          "p." + Identifiers.quoted(target.get(i)) + " = c." + Identifiers.quoted(columns.get(i)));
    }
    String rows =
        " FROM "
            + Identifiers.quoted(table.name())
            + " c WHERE "
            + String.join(" AND ", conditions)
            + " AND NOT EXISTS (SELECT FROM "
            + Identifiers.quoted(parent.name())
            + " p WHERE "
            + String.join(" AND ", joins)
            + ")";
    return Optional.of(
        new Asked(
            List.of(table, parent),
            "SELECT count(*)" + rows,
            "the foreign key fails (23503), because ("
                + Identifiers.quoted(columns)
                + ") of "
                + table.name()
                + " is in no row of "
                + parent.name()
                + " for {n} rows; they are: SELECT *"
                + rows,
            "each ("
                + Identifiers.quoted(columns)
                + ") of "
                + table.name()
                + " is in "
                + parent.name()));
  }
}
