package dev.whimbrel.analysis;

import dev.whimbrel.analysis.catalog.RelationFacts;
import java.util.ArrayList;
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
    return Optional.of(
        asked(
            table,
            new UniqueIndex(key.stream().map(Identifiers::quoted).toList(), Optional.empty()),
            nullsToo));
  }

  /** Of an index whose key or condition may be an expression. */
  static Asked asked(RelationFacts table, UniqueIndex index, boolean nullsToo) {
    String key = String.join(", ", index.key());
    List<String> conditions = new ArrayList<>();
    if (!nullsToo) {
      index.key().forEach(element -> conditions.add(element + " IS NOT NULL"));
    }
    index.condition().ifPresent(condition -> conditions.add("(" + condition + ")"));
    String groups =
        " FROM "
            + Identifiers.quoted(table.name())
            + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions))
            + " GROUP BY "
            + key
            + " HAVING count(*) > 1";
    return new Asked(
        List.of(table),
        "SELECT count(*) FROM (SELECT" + groups + ") AS twice",
        "the unique index cannot be built (23505), because "
            + table.name()
            + " holds the same ("
            + key
            + ") more than once for {n} values; they are: SELECT "
            + key
            + ", count(*)"
            + groups,
        "no value of ("
            + key
            + ") occurs twice in "
            + table.name()
            + index.condition().map(condition -> " WHERE " + condition).orElse(""));
  }
}
