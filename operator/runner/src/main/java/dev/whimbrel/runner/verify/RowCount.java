package dev.whimbrel.runner.verify;

/**
 * The rows of a table at one moment, or the values of a column of it that are not null.
 *
 * @param kind how they are known
 * @param rows 0 where they are not
 * @param changed how many the server has seen deleted since its statistics began; of values, how
 *     many rows it has seen deleted or updated
 */
record RowCount(Kind kind, long rows, long changed) {

  /** How a number of rows is known. */
  enum Kind {
    EXACT,
    /** By the server's statistics. */
    ESTIMATE,
    /** Neither counted in time nor ever analyzed. */
    UNKNOWN,
    /** There is no such table or column. */
    ABSENT
  }

  static final RowCount ABSENT = new RowCount(Kind.ABSENT, 0, 0);

  /** For people, of a table. */
  String text() {
    return text("rows", "table");
  }

  /** For people, of a column. */
  String valuesText() {
    return text("values", "column");
  }

  private String text(String what, String where) {
    return switch (kind) {
      case EXACT -> rows + " " + what;
      case ESTIMATE -> "about " + rows + " " + what + " (estimate)";
      case UNKNOWN -> "unknown";
      case ABSENT -> "no " + where;
    };
  }
}
