package dev.whimbrel.analysis.catalog;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * How large a relation is.
 *
 * @param rows as the server's statistics estimate them; empty where it was never analyzed
 * @param bytes on disk without indexes: the heap and what is stored out of line; empty where it is
 *     not known
 * @param indexBytes all of its indexes; empty where it is not known
 */
public record Size(OptionalLong rows, OptionalLong bytes, OptionalLong indexBytes) {

  private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB", "PB"};
  private static final double STEP = 1024;
  private static final double WHOLE = 10;

  /** Nothing is known. */
  public static Size unknown() {
    return new Size(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
  }

  /** One that is known. */
  public static Size of(long rows, long bytes, long indexBytes) {
    return new Size(OptionalLong.of(rows), OptionalLong.of(bytes), OptionalLong.of(indexBytes));
  }

  /** In words: {@code about 3,200,000 rows, 1.2 GB}; without indexes. */
  public String text() {
    if (bytes.isPresent() && bytes.getAsLong() == 0) {
      return "no rows";
    }
    String counted =
        rows.isPresent()
            ? String.format(Locale.ROOT, "about %,d rows", rows.getAsLong())
            : "never analyzed, so its rows are not known";
    return counted + ", " + (bytes.isPresent() ? text(bytes.getAsLong()) : "size not known");
  }

  /** A number of bytes in words, in steps of 1024 as PostgreSQL counts: {@code 1.2 GB}. */
  public static String text(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= STEP && unit < UNITS.length - 1) {
      value /= STEP;
      unit++;
    }
    String digits = unit == 0 || value >= WHOLE ? "%.0f %s" : "%.1f %s";
    return String.format(Locale.ROOT, digits, value, UNITS[unit]);
  }
}
