package dev.whimbrel.cli.review;

import dev.whimbrel.analysis.JudgedStatement;
import dev.whimbrel.analysis.Rule;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A finding, at its place.
 *
 * @param file as messages call it
 * @param line in the file, from 1; 1 where it is about the whole
 * @param rewrite SQL that does the same with less risk, a line each; empty where there is none
 * @param statement that it is about; empty where it is about a file
 * @param rendered whether the statement was rendered, and does not stand in the file
 * @param forbidden who forbids it and why, a sentence each; empty where nobody does
 */
public record Note(
    Rule rule,
    Risk risk,
    String message,
    String file,
    int line,
    List<String> rewrite,
    Optional<JudgedStatement> statement,
    boolean rendered,
    List<String> forbidden) {

  /** What says that something was not analysed, or not as a whole. */
  private static final Set<Rule> NOT_ANALYSED =
      Set.of(
          Rule.UNREADABLE_SQL,
          Rule.UNRESOLVED_PLACEHOLDER,
          Rule.FILE_TOO_LARGE,
          Rule.NOT_UTF8,
          Rule.NOT_SQL,
          Rule.NOT_RENDERED,
          Rule.PSQL_COMMAND,
          Rule.TRUNCATED);

  public Note {
    rewrite = List.copyOf(rewrite);
    forbidden = List.copyOf(forbidden);
  }

  /** Whether a plan with it is blocked, whatever its risk. */
  public boolean isForbidden() {
    return !forbidden.isEmpty();
  }

  /** Whether it says that something was not analysed. */
  public boolean isGap() {
    return NOT_ANALYSED.contains(rule);
  }
}
