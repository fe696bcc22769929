package dev.whimbrel.analysis;

import dev.whimbrel.analysis.catalog.RelationFacts;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * For how long a statement holds its lock, told from how much it has to read and write. The rates
 * are assumed, from a slow disk to a warm cache: nothing was measured on the server in question, so
 * the answer is a range and names its basis. {@code docs/approve.md} explains the model.
 */
final class PredictedHold {

  /** MB a second, from slow to fast. */
  private record Rate(int slow, int fast) {

    double longest(long bytes) {
      return bytes / MEGABYTE / slow;
    }

    double shortest(long bytes) {
      return bytes / MEGABYTE / fast;
    }

    String text() {
      return slow + " to " + fast + " MB/s";
    }
  }

  /** What a statement does to its table under its lock. */
  private enum Work {
    /** Reads it once. */
    SCAN,
    /** Reads it once, and looks each row up elsewhere. */
    LOOK_UP,
    /** Builds one index of it. */
    BUILD,
    /** Builds one of its indexes anew, or all. */
    REBUILD,
    /** Writes it anew, with all of its indexes, after a query of which nothing is known. */
    FILL,
    /** Reads it twice, and builds one index of it. */
    EXCLUDE,
    /** Writes it anew, with all of its indexes. */
    REWRITE
  }

  private static final double MEGABYTE = 1024 * 1024;
  private static final double MINUTE = 60;
  private static final double HOUR = 3600;

  private static final Rate READ = new Rate(50, 400);
  private static final Rate LOOKED_UP = new Rate(20, 200);
  private static final Rate BUILT = new Rate(20, 150);
  private static final Rate WRITTEN = new Rate(20, 80);

  private static final Map<Rule, Work> WORK = new EnumMap<>(Rule.class);

  static {
    WORK.put(Rule.ADD_CHECK, Work.SCAN);
    WORK.put(Rule.ADD_COLUMN_CHECK, Work.SCAN);
    WORK.put(Rule.SET_NOT_NULL, Work.SCAN);
    WORK.put(Rule.SET_NOT_NULL_DROPS_PROOF, Work.SCAN);
    WORK.put(Rule.ATTACH_PARTITION, Work.SCAN);
    WORK.put(Rule.VALIDATES_AT_ONCE, Work.SCAN);
    WORK.put(Rule.VALIDATE_BESIDE, Work.SCAN);
    WORK.put(Rule.ADD_PRIMARY_KEY_USING_INDEX, Work.SCAN);
    WORK.put(Rule.ADD_FOREIGN_KEY, Work.LOOK_UP);
    WORK.put(Rule.ADD_COLUMN_UNIQUE, Work.BUILD);
    WORK.put(Rule.ADD_PRIMARY_KEY, Work.BUILD);
    WORK.put(Rule.ADD_UNIQUE, Work.BUILD);
    WORK.put(Rule.CREATE_INDEX, Work.BUILD);
    WORK.put(Rule.CREATE_INDEX_PARTITIONED, Work.BUILD);
    WORK.put(Rule.CHANGE_COLLATION, Work.BUILD);
    WORK.put(Rule.REINDEX, Work.REBUILD);
    WORK.put(Rule.REFRESH_VIEW, Work.FILL);
    WORK.put(Rule.ADD_EXCLUSION, Work.EXCLUDE);
    WORK.put(Rule.ADD_COLUMN_DEFAULT, Work.REWRITE);
    WORK.put(Rule.ADD_COLUMN_DOMAIN, Work.REWRITE);
    WORK.put(Rule.ADD_COLUMN_GENERATED, Work.REWRITE);
    WORK.put(Rule.ADD_COLUMN_NUMBERED, Work.REWRITE);
    WORK.put(Rule.ALTER_COLUMN_TYPE, Work.REWRITE);
    WORK.put(Rule.NARROWS_COLUMN, Work.REWRITE);
    WORK.put(Rule.CONVERTS_BY_TIME_ZONE, Work.REWRITE);
    WORK.put(Rule.REWRITES_TABLE, Work.REWRITE);
    WORK.put(Rule.VACUUM_FULL, Work.REWRITE);
  }

  private PredictedHold() {}

  /**
   * In words; empty where the lock is not held for longer on a larger table, or nothing is known.
   */
  static Optional<String> of(Rule rule, RelationFacts table) {
    Work work = WORK.get(rule);
    OptionalLong bytes = table.size().bytes();
    return work == null || bytes.isEmpty()
        ? Optional.empty()
        : Optional.of(text(work, bytes.getAsLong(), table.indexes().size()));
  }

  private static String text(Work work, long bytes, int indexes) {
    return switch (work) {
      case SCAN -> text(READ.shortest(bytes), READ.longest(bytes), "read at " + READ.text());
      case LOOK_UP ->
          text(
              LOOKED_UP.shortest(bytes),
              LOOKED_UP.longest(bytes),
              "read and looked up at " + LOOKED_UP.text());
      case BUILD -> text(BUILT.shortest(bytes), BUILT.longest(bytes), "indexed at " + BUILT.text());
      case REBUILD ->
          text(
              BUILT.shortest(bytes),
              Math.max(1, indexes) * BUILT.longest(bytes),
              (indexes > 1 ? "one to " + indexes + " of its indexes" : "an index of it")
                  + " rebuilt at "
                  + BUILT.text());
      case FILL -> text(Work.REWRITE, bytes, indexes) + "; and while its query runs";
      case EXCLUDE ->
          text(
              2 * READ.shortest(bytes) + BUILT.shortest(bytes),
              2 * READ.longest(bytes) + BUILT.longest(bytes),
              "read twice at " + READ.text() + " and indexed at " + BUILT.text());
      case REWRITE ->
          text(
              WRITTEN.shortest(bytes) + indexes * BUILT.shortest(bytes),
              WRITTEN.longest(bytes) + indexes * BUILT.longest(bytes),
              "rewritten at "
                  + WRITTEN.text()
                  + (indexes == 0
                      ? ""
                      : ", with " + indexes + " of its indexes at " + BUILT.text()));
    };
  }

  private static String text(double shortest, double longest, String basis) {
    return longest < 1
        ? "the lock is held for a moment, by that size"
        : "the lock is held for some "
            + range(shortest, longest)
            + ", by that size: "
            + basis
            + ", which are assumed rates";
  }

  private static String range(double shortest, double longest) {
    String from = duration(Math.max(1, shortest));
    String to = duration(longest);
    return from.equals(to) ? to : from + " to " + to;
  }

  private static String duration(double seconds) {
    if (seconds < 2 * MINUTE) {
      return String.format(Locale.ROOT, "%.0f s", Math.ceil(seconds));
    }
    return seconds < 2 * HOUR
        ? String.format(Locale.ROOT, "%.0f min", Math.ceil(seconds / MINUTE))
        : String.format(Locale.ROOT, "%.0f h", Math.ceil(seconds / HOUR));
  }
}
