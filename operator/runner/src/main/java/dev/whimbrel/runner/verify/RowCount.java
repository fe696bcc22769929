package dev.whimbrel.runner.verify;

/**
 * The rows of a table at one moment.
 *
 * @param kind how they are known
 * @param rows 0 where they are not
 * @param deleted how many the server has seen deleted since its statistics began
 */
record RowCount(Kind kind, long rows, long deleted) {

  /** How a number of rows is known. */
  enum Kind {
    EXACT,
    /** By the server's statistics. */
    ESTIMATE,
    /** Neither counted in time nor ever analyzed. */
    UNKNOWN,
    /** There is no such table. */
    ABSENT
  }

  static final RowCount NO_TABLE = new RowCount(Kind.ABSENT, 0, 0);

  /** For people. */
  String text() {
    return switch (kind) {
      case EXACT -> rows + " rows";
      case ESTIMATE -> "about " + rows + " rows (estimate)";
      case UNKNOWN -> "unknown";
      case ABSENT -> "no table";
    };
  }
}
