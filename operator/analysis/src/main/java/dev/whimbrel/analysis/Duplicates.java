package dev.whimbrel.analysis;

import dev.whimbrel.analysis.catalog.RelationFacts;
import java.util.List;
import java.util.Optional;

/** Whether rows are in the way of a unique index. */
final class Duplicates {

  private Duplicates() {}

  /** Empty where an index proves it, or a column is not known. */
  static Optional<Asked> asked(RelationFacts table, List<String> key, boolean nullsToo) {
    boolean known =
        !key.isEmpty() && key.stream().allMatch(column -> table.column(column).isPresent());
    boolean proven =
        table.indexes().stream()
            .anyMatch(index ->
                index.unique()
                    && index.valid()
                    && !index.partial()
                    && !nullsToo
                    && key.containsAll(index.columns()));
    if (!known || proven) {
      return Optional.empty();
    }
    String columns = Identifiers.quoted(key);
    String filled =
        nullsToo
            ? ""
            : " WHERE "
                + String.join(
                    " AND ",
                    key.stream().map(c -> Identifiers.quoted(c) + " IS NOT NULL").toList());
    String groups =
        " FROM "
            + Identifiers.quoted(table.name())
            + filled
            + " GROUP BY "
            + columns
            + " HAVING count(*) > 1";
    return Optional.of(
        new Asked(
            List.of(table),
            "SELECT count(*) FROM (SELECT" + groups + ") AS twice",
            "the unique index cannot be built (23505), because "
                + table.name()
                + " holds the same ("
                + columns
                + ") more than once for {n} values; they are: SELECT "
                + columns
                + ", count(*)"
                + groups,
            "no value of (" + columns + ") occurs twice in " + table.name()));
  }
}
