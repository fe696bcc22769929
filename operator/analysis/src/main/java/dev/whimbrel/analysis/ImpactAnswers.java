package dev.whimbrel.analysis;

import dev.whimbrel.analysis.locks.LockedStatement;
import dev.whimbrel.analysis.locks.Waiting;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.ImpactAnswer;
import dev.whimbrel.api.v1alpha1.PlanImpact;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.WayBack;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The answers to what a reviewer asks about a plan: the worst that its findings say to each
 * question, by what their rules bear on, and how far the way back is known.
 */
public final class ImpactAnswers {

  private static final int SHOWN = 5;

  /** These say that something is hidden, not that something is bad. */
  private static final Set<Rule> HIDDEN =
      EnumSet.of(
          Rule.ANONYMOUS_BLOCK,
          Rule.CALLS_FUNCTION,
          Rule.ENVIRONMENT_WRITES,
          Rule.OFFLINE_BRANCH,
          Rule.PROCEDURE,
          Rule.UNKNOWN_STATEMENT,
          Rule.UNPREVIEWABLE,
          Rule.UNREADABLE_SQL);

  private final Map<Impact, List<Cause>> causes = new EnumMap<>(Impact.class);

  private ImpactAnswers() {
    for (Impact impact : Impact.values()) {
      causes.put(impact, new ArrayList<>());
    }
  }

  /**
   * The answers.
   *
   * @param findings all of them
   * @param revisions of a plan that goes forth; none of one that goes back
   */
  public static PlanImpact of(List<Finding> findings, List<PlannedRevision> revisions) {
    return of(findings, revisions, List.of());
  }

  /**
   * The same, of a plan whose statements were looked up in the table of measured locks: nobody
   * waits only where each of them was measured, and neither readers nor writers wait for it.
   *
   * @param locked what each statement locks
   */
  public static PlanImpact of(
      List<Finding> findings, List<PlannedRevision> revisions, List<LockedStatement> locked) {
    ImpactAnswers answers = new ImpactAnswers();
    findings.forEach(answers::found);
    answers.waits(findings, locked);
    answers.waysBack(revisions);
    return new PlanImpact(
        answers.to(Impact.DATA_LOSS),
        answers.to(Impact.DOWNTIME),
        answers.to(Impact.ROLLBACK),
        answers.to(Impact.PERFORMANCE),
        answers.to(Impact.COMPATIBILITY));
  }

  private void found(Finding finding) {
    Rule.of(finding.rule())
        .ifPresent(rule -> {
          Level level = level(rule, finding);
          for (Impact impact : rule.page().impact()) {
            causes.get(impact).add(new Cause(level, finding.told()));
          }
        });
  }

  private static Level level(Rule rule, Finding finding) {
    return HIDDEN.contains(rule) ? Level.UNKNOWN : Level.of(Risk.of(finding.risk()));
  }

  /** Where a rule says at least as much of the same line, it says it better. */
  private void waits(List<Finding> findings, List<LockedStatement> locked) {
    Map<String, Level> said = new HashMap<>();
    for (Finding finding : findings) {
      Rule.of(finding.rule())
          .filter(rule -> rule.page().impact().contains(Impact.DOWNTIME))
          .ifPresent(rule ->
              said.merge(finding.script() + ":" + finding.line(), level(rule, finding), Level::or));
    }
    for (LockedStatement statement : locked) {
      Level measured = Level.of(statement.locks().waiting());
      Level byRule = said.getOrDefault(statement.script() + ":" + statement.line(), Level.NONE);
      boolean more = measured == Level.UNKNOWN ? byRule == Level.NONE : measured.isAbove(byRule);
      if (more) {
        causes.get(Impact.DOWNTIME).add(new Cause(measured, statement.told()));
      }
    }
  }

  private void waysBack(List<PlannedRevision> revisions) {
    boolean harmless = !revisions.isEmpty();
    for (PlannedRevision revision : revisions) {
      if (!revision.leavesTrace()) {
        continue;
      }
      Cause cause = wayBack(revision);
      harmless &= cause.text.isEmpty();
      if (!cause.text.isEmpty()) {
        causes.get(Impact.ROLLBACK).add(cause);
      }
    }
    if (harmless) {
      causes
          .get(Impact.ROLLBACK)
          .add(new Cause(Level.LOW, "the plan holds a way back that loses nothing"));
    }
  }

  private static Cause wayBack(PlannedRevision revision) {
    if (PlannedRevision.REPEATABLE.equals(revision.kind())) {
      return new Cause(
          Level.LOW,
          revision.script()
              + ": runs again whenever it changes, so its way back is the script as it was before,"
              + " put back into the source");
    }
    String grade =
        revision.undo() == null || revision.undo().grade() == null
            ? WayBack.NONE
            : revision.undo().grade();
    return switch (grade) {
      case WayBack.REVERSIBLE -> new Cause(Level.LOW, "");
      case WayBack.WITH_LOSS ->
          new Cause(Level.MEDIUM, revision.script() + ": undoing it discards something");
      case WayBack.UNKNOWN ->
          new Cause(
              Level.UNKNOWN,
              revision.script() + ": what undoes it runs code that no preview can show");
      default ->
          new Cause(
              Level.MEDIUM,
              revision.script()
                  + ": no way back is written; it is undone by hand, or by restoring a backup");
    };
  }

  private ImpactAnswer to(Impact impact) {
    List<Cause> all = causes.get(impact);
    Level worst = all.stream().map(Cause::level).reduce(Level.NONE, Level::or);
    List<String> because =
        all.stream().filter(cause -> cause.level == worst).map(Cause::text).distinct().toList();
    List<String> shown = new ArrayList<>(because.subList(0, Math.min(SHOWN, because.size())));
    if (because.size() > SHOWN) {
      shown.add(String.format(Locale.ROOT, "and %,d more", because.size() - SHOWN));
    }
    return new ImpactAnswer(shown, worst.label);
  }

  /** How much, the worst last. */
  private enum Level {
    NONE("None"),
    LOW("Low"),
    MEDIUM("Medium"),
    /** It may be as bad as anything; but what is known to be bad comes first. */
    UNKNOWN("Unknown"),
    HIGH("High");

    private final String label;

    Level(String label) {
      this.label = label;
    }

    static Level of(Risk risk) {
      return switch (risk) {
        case LOW -> LOW;
        case MEDIUM -> MEDIUM;
        case HIGH, UNSAFE -> HIGH;
      };
    }

    static Level of(Waiting waiting) {
      return switch (waiting) {
        case NOBODY -> NONE;
        case MOMENT -> LOW;
        case LONG -> MEDIUM;
        case UNKNOWN -> UNKNOWN;
        case VERY_LONG -> HIGH;
      };
    }

    boolean isAbove(Level other) {
      return compareTo(other) > 0;
    }

    Level or(Level other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }

  private record Cause(Level level, String text) {}
}
