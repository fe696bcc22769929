package dev.whimbrel.runner.database;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * In what two catalogs differ.
 *
 * @param gone lines that only the first has
 * @param added lines that only the second has
 */
public record CatalogDifference(List<String> gone, List<String> added) {

  private static final int SHOWN = 5;
  private static final int LONGEST_LINE = 120;

  public CatalogDifference {
    gone = List.copyOf(gone);
    added = List.copyOf(added);
  }

  /** The difference between two catalogs, as {@link Catalog#lines} gives them. */
  public static CatalogDifference between(List<String> first, List<String> second) {
    List<String> gone = new ArrayList<>(first);
    gone.removeAll(second);
    List<String> added = new ArrayList<>(second);
    added.removeAll(first);
    return new CatalogDifference(gone, added);
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return gone.isEmpty() && added.isEmpty();
  }

  /** The first of it in words, each fact with a sign; the rest as a number. */
  public String text() {
    List<String> all =
        Stream.concat(
                gone.stream().map(line -> "-" + shortened(line)),
                added.stream().map(line -> "+" + shortened(line)))
            .toList();
    String shown = String.join(", ", all.subList(0, Math.min(SHOWN, all.size())));
    return all.size() <= SHOWN ? shown : shown + " and " + (all.size() - SHOWN) + " more";
  }

  private static String shortened(String line) {
    return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE - 1) + "…";
  }
}
