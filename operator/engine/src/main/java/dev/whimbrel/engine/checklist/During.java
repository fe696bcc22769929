package dev.whimbrel.engine.checklist;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import java.util.Optional;

/** What has to hold while statements run. */
final class During {

  /** What the runner records of its guard after the last statement. */
  static final String BLOCKED_SESSIONS = "blocked sessions";

  static final String LOCK_TIMEOUT = "lock timeout";

  private final Evidence evidence;

  During(Evidence evidence) {
    this.evidence = evidence;
  }

  Answer revisions() {
    int total = evidence.plan().recorded().size();
    return switch (evidence.progress()) {
      case WAITING -> Answer.pending("none of " + total + " has begun");
      case RUNNING -> Answer.pending("its Job carries out " + total);
      case APPLIED ->
          evidence
              .check(After.REVISION)
              .filter(check -> check.result().equals(CheckResult.FAILED))
              .map(check -> Answer.no(check.message()))
              .orElseGet(() -> applied(total));
      case ENDED -> ended();
    };
  }

  private Answer applied(int total) {
    return After.isAtTarget(evidence)
        ? Answer.yes(total + " of " + total + ", by the database's own history")
        : Answer.unknown("the history was last read at " + Evidence.at(evidence.currentRevision()));
  }

  private Answer ended() {
    return switch (evidence.state()) {
      case "Rejected", "Expired" -> Answer.no("the plan is " + evidence.state() + ": none began");
      case "RolledBack" -> Answer.no("what was in is undone");
      case "Unresolved" -> Answer.unknown("the history does not tell; a person has to look");
      default -> Answer.no("the plan is " + evidence.state() + "; its message says what is in");
    };
  }

  Answer lockTimeout() {
    Optional<CheckResult> recorded = evidence.check(LOCK_TIMEOUT);
    if (recorded.isEmpty()) {
      return unrecorded();
    }
    if (evidence.hasFinding("UnnamedSessions")) {
      return Answer.no(
          "the tool's driver does not take lock_timeout from outside: set it for the role");
    }
    return Answer.yes(
        "each attempt at a lock waited at most "
            + recorded.get().after()
            + evidence.plan().revisions().stream()
                .filter(revision -> Boolean.FALSE.equals(revision.transactional()))
                .map(PlannedRevision::script)
                .findFirst()
                .map(script -> ", but for " + script + ", which runs without a transaction")
                .orElse(""));
  }

  Answer blockedSessions() {
    Optional<CheckResult> recorded = evidence.check(BLOCKED_SESSIONS);
    if (recorded.isPresent()) {
      CheckResult check = recorded.get();
      return switch (check.result()) {
        case CheckResult.PASSED -> Answer.yes(check.message());
        case CheckResult.SKIPPED -> Answer.unknown(check.message());
        default -> Answer.no(check.message());
      };
    }
    return evidence
        .cause()
        .filter(cause -> "GuardStopped".equals(cause.reason()))
        .map(cause -> Answer.no(cause.message()))
        .orElseGet(this::unrecorded);
  }

  private Answer unrecorded() {
    return switch (evidence.progress()) {
      case WAITING, RUNNING -> Answer.pending("the guard reports after the last statement");
      case APPLIED -> Answer.unknown("no report of the guard is recorded");
      case ENDED ->
          evidence.cause().isPresent()
              ? Answer.unknown("the migrate step ended without a report of the guard")
              : Answer.notApplicable("the plan is " + evidence.state() + ": nothing ran");
    };
  }
}
