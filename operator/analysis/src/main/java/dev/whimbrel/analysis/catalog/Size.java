package dev.whimbrel.analysis.catalog;

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

  /** Nothing is known. */
  public static Size unknown() {
    return new Size(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
  }

  /** One that is known. */
  public static Size of(long rows, long bytes, long indexBytes) {
    return new Size(OptionalLong.of(rows), OptionalLong.of(bytes), OptionalLong.of(indexBytes));
  }
}
