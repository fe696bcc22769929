package dev.whimbrel.analysis;

import dev.whimbrel.analysis.catalog.Column;
import dev.whimbrel.analysis.catalog.RelationFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A column that gets a smaller type: values may not fit. Only where the server itself converts
 * them.
 *
 * @param name of the column
 * @param definition the ColumnDef of ALTER COLUMN … TYPE
 */
record NarrowedType(RelationFacts table, String name, Node definition) {

  private static final Set<String> TEXT = Set.of("text", "varchar", "bpchar");
  private static final Map<String, Long> LARGEST =
      Map.of("int2", (long) Short.MAX_VALUE, "int4", (long) Integer.MAX_VALUE);
  private static final Map<String, Integer> WIDTH = Map.of("int2", 2, "int4", 4, "int8", 8);

  /** The most that a number of the type has. */
  private static final Map<String, Integer> DIGITS = Map.of("int2", 5, "int4", 10, "int8", 19);

  /** atttypmod counts the length word. */
  private static final int HEADER = 4;

  /** Empty where every value fits, or nobody can say. */
  Optional<Asked> asked() {
    Optional<Column> column = table.column(name);
    if (column.isEmpty() || definition.has("raw_default")) {
      return Optional.empty();
    }
    Node type = definition.struct("typeName");
    String to = type.lastName("names");
    String quoted = Identifiers.quoted(name);
    int length =
        type.list("typmods").isEmpty()
            ? 0
            : type.list("typmods").getFirst().fields().at("/ival/ival").asInt();
    if (to.equals("varchar") && length > 0 && TEXT.contains(column.get().type())) {
      int before =
          column.get().modifier() < 0 ? Integer.MAX_VALUE : column.get().modifier() - HEADER;
      // Spaces at the end are cut off silently.
      return before <= length
          ? Optional.empty()
          : asked(
              "rtrim(substr(" + quoted + "::text, " + (length + 1) + "), ' ') <> ''",
              "varchar(" + length + ")",
              "22001");
    }
    if (to.equals("numeric")) {
      return digits(column.get(), type, quoted);
    }
    boolean smaller =
        WIDTH.containsKey(column.get().type())
            && LARGEST.containsKey(to)
            && WIDTH.get(to) < WIDTH.get(column.get().type());
    return smaller
        ? asked(
            quoted + " NOT BETWEEN " + (-LARGEST.get(to) - 1) + " AND " + LARGEST.get(to),
            to,
            "22003")
        : Optional.empty();
  }

  /** Digits after the point are rounded away; those before it have to fit. */
  private Optional<Asked> digits(Column column, Node type, String quoted) {
    List<Integer> limits =
        type.list("typmods").stream().map(each -> each.fields().at("/ival/ival").asInt()).toList();
    if (limits.isEmpty() || limits.getFirst() <= 0) {
      return Optional.empty();
    }
    int scale = limits.size() > 1 ? limits.get(1) : 0;
    int before = limits.getFirst() - scale;
    // A value is rounded first, which may give it one digit more.
    boolean fits =
        column.type().equals("numeric")
            ? column.modifier() >= 0
                && (whole(column) < before
                    || whole(column) == before && scale >= (column.modifier() - HEADER & 0x7ff))
            : DIGITS.getOrDefault(column.type(), Integer.MAX_VALUE) <= before;
    boolean known = column.type().equals("numeric") || DIGITS.containsKey(column.type());
    if (fits || !known || before < 0) {
      return Optional.empty();
    }
    String value = column.type().equals("numeric") ? quoted : quoted + "::numeric";
    return asked(
        quoted
            + (column.type().equals("numeric") ? " <> 'NaN' AND " : " IS NOT NULL AND ")
            + "abs(round("
            + value
            + ", "
            + scale
            + ")) >= 1e"
            + before,
        "numeric(" + limits.getFirst() + ", " + scale + ")",
        "22003");
  }

  /** Digits before the point that numeric(p, s) has: numeric.c, numeric_typmod_scale. */
  private static int whole(Column column) {
    int modifier = column.modifier() - HEADER;
    return (modifier >> 16 & 0xffff) - (modifier & 0x7ff);
  }

  private Optional<Asked> asked(String condition, String to, String state) {
    String rows = " FROM " + Identifiers.quoted(table.name()) + " WHERE " + condition;
    return Optional.of(
        new Asked(
            List.of(table),
            "SELECT count(*)" + rows,
            "the statement fails ("
                + state
                + "), because "
                + to
                + " is too small for {n} values of "
                + table.name()
                + "."
                + name
                + "; they are: SELECT *"
                + rows,
            "every value of " + table.name() + "." + name + " fits into " + to));
  }
}
