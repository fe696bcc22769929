package dev.whimbrel.runner.tool;

import dev.whimbrel.runner.StepFailure;
import java.util.Map;

/** How much may be pending in one plan. What is above is refused before it is analysed. */
public final class SourceLimits {

  /** As many as the input of a migrate Job can name. */
  public static final int REVISIONS = 300;

  /**
   * Bytes of SQL and code, ways back included: as much as the runner's memory holds cut into
   * tokens. What a plan shows of them is a matter of {@link ShownPlan}.
   */
  public static final long BYTES = 4 * 1024 * 1024;

  private SourceLimits() {}

  /**
   * Refuses too many revisions.
   *
   * @param target the field that takes a source in smaller steps
   */
  public static void requireCount(int pending, String target) {
    if (pending > REVISIONS) {
      throw StepFailure.permanent(
          "TooManyRevisions",
          pending
              + " revisions are pending, a plan holds at most "
              + REVISIONS
              + ": go step by step with "
              + target);
    }
  }

  /**
   * Refuses too much SQL.
   *
   * @param bytes of each script, with what undoes it
   * @param target the field that takes a source in smaller steps
   */
  public static void requireBytes(Map<String, Long> bytes, String target) {
    long all = bytes.values().stream().mapToLong(Long::longValue).sum();
    if (all > BYTES) {
      Map.Entry<String, Long> largest =
          bytes.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
      throw StepFailure.permanent(
          "SourceTooLarge",
          "what is pending has "
              + all / 1024
              + " KiB with what undoes it, most of it in "
              + largest.getKey()
              + " ("
              + largest.getValue() / 1024
              + " KiB); a plan takes at most "
              + BYTES / 1024
              + " KiB: go step by step with "
              + target
              + ", split large scripts, or load data by other means");
    }
  }
}
