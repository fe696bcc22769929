package dev.whimbrel.analysis;

import dev.whimbrel.analysis.catalog.Column;
import java.util.List;
import java.util.Set;

/** What another type does to the values of a column (measured: docs/rules/AlterColumnType). */
enum TypeChange {
  /** Only the catalog changes. */
  CATALOG,
  /** Every row is written anew. */
  REWRITES,
  /** Every row is written anew, and it fails, or cuts, where a value is longer than it may be. */
  NARROWS;

  private static final int HEADER = 4;

  /** Types whose modifier is the number of digits of their seconds. */
  private static final Set<String> TIMES = Set.of("timestamp", "timestamptz", "time", "timetz");

  /**
   * Judges one; what is not known to change the catalog only rewrites.
   *
   * @param type a TypeName
   * @param plain whether the values are taken as they are: no USING, no COLLATE
   */
  static TypeChange of(Column column, Node type, boolean plain) {
    String from = column.type();
    String to = type.lastName("names");
    List<Integer> limits = limits(type);
    boolean array = type.has("arrayBounds");
    if (array || limits.contains(-1)) {
      return REWRITES;
    }
    if (from.equals("varchar") && to.equals("varchar")
        || from.equals("text") && !limits.isEmpty()) {
      return toVarchar(column, limits, plain);
    }
    if (!plain) {
      return REWRITES;
    }
    if (from.equals(to)) {
      return sameType(column, limits);
    }
    boolean binary =
        from.equals("varchar") && to.equals("text")
            || from.equals("text") && to.equals("varchar")
            || from.equals("cidr") && to.equals("inet");
    return binary ? CATALOG : REWRITES;
  }

  /** Whether the session's time zone decides what becomes of the values. */
  static boolean isOfTimeZone(Column column, Node type) {
    Set<String> types = Set.of("timestamp", "timestamptz");
    String to = type.lastName("names");
    return types.contains(column.type())
        && types.contains(to)
        && !column.type().equals(to)
        && !type.has("arrayBounds");
  }

  /** What a value of the narrower type satisfies, as SQL. */
  static String fits(String column, Node type) {
    List<Integer> limits = limits(type);
    if (!type.lastName("names").equals("numeric")) {
      return "length(" + column + ") <= " + limits.getFirst();
    }
    int scale = limits.size() > 1 ? limits.get(1) : 0;
    return "abs(round(%s, %d)) < 1e%d".formatted(column, scale, limits.getFirst() - scale);
  }

  private static TypeChange toVarchar(Column column, List<Integer> limits, boolean plain) {
    boolean limited = column.type().equals("varchar") && column.modifier() >= 0;
    int before = limited ? column.modifier() - HEADER : Integer.MAX_VALUE;
    int after = limits.isEmpty() ? Integer.MAX_VALUE : limits.getFirst();
    if (after < before) {
      return NARROWS;
    }
    return plain ? CATALOG : REWRITES;
  }

  private static TypeChange sameType(Column column, List<Integer> limits) {
    int modifier = column.modifier();
    if (column.type().equals("numeric") && modifier >= 0) {
      int precision = modifier - HEADER >> 16 & 0xffff;
      int scale = modifier - HEADER & 0x7ff;
      if (limits.isEmpty()) {
        return CATALOG;
      }
      int newScale = limits.size() > 1 ? limits.get(1) : 0;
      if (newScale == scale) {
        return limits.getFirst() >= precision ? CATALOG : NARROWS;
      }
      return limits.getFirst() - newScale < precision - scale ? NARROWS : REWRITES;
    }
    if (TIMES.contains(column.type()) && modifier >= 0) {
      return limits.isEmpty() || limits.getFirst() >= modifier ? CATALOG : REWRITES;
    }
    return modifier < 0 && limits.isEmpty() ? CATALOG : REWRITES;
  }

  /** What stands in parentheses; -1 where it is no number. */
  private static List<Integer> limits(Node type) {
    return type.list("typmods").stream()
        .map(limit -> limit.fields().path("ival"))
        .map(number ->
            number.isMissingNode()
                ? -1
                : number.isInt() ? number.asInt() : number.path("ival").asInt(0))
        .toList();
  }
}
