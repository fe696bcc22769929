package dev.whimbrel.engine.checklist;

import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.engine.checklist.Evidence.Progress;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What has to be known before the first statement. */
final class Before {

  /** Rules that find a revision whose preview need not be what runs. */
  private static final Set<String> NOT_EXACT = Set.of("NotReproducible", "OfflineBranch");

  /** What the runner records where it has undone the plan and carried it out again. */
  private static final String REHEARSAL = "rehearsal";

  private final Evidence evidence;
  private final MigrationPlanSpec plan;

  Before(Evidence evidence) {
    this.evidence = evidence;
    this.plan = evidence.plan();
  }

  /** That there is a plan is the proof: of a history that cannot be trusted none is made. */
  Answer history() {
    return Answer.yes(
        "the plan was made from a history at revision "
            + Evidence.at(plan.from())
            + " that agreed with the source; of any other no plan is made");
  }

  /** The same: a standby or a pooler ends the plan Job. */
  Answer database() {
    DatabaseIdentity database = plan.database();
    if (database.oid() == null || database.systemIdentifier() == null) {
      return Answer.unknown("the plan does not say which database it was made on");
    }
    return Answer.yes(
        "the plan Job logged in to database "
            + database.database()
            + " (OID "
            + database.oid()
            + ") on "
            + database.server()
            + " and found the primary, with sessions of its own");
  }

  Answer preview() {
    Optional<String> code = first(plan.revisions(), revision -> !revision.code().isEmpty());
    if (code.isPresent()) {
      return Answer.no(
          code.get() + " runs code that no SQL preview can show; its source is in the plan");
    }
    Optional<Finding> inexact =
        plan.findings().stream().filter(f -> NOT_EXACT.contains(f.rule())).findFirst();
    if (inexact.isPresent()) {
      return Answer.no("the SQL in the plan need not be what runs: " + inexact.get().message());
    }
    Optional<String> cut = first(plan.revisions(), revision -> revision.cut() != null);
    if (cut.isPresent()) {
      return Answer.no(
          "the plan shows no more than the begin of "
              + cut.get()
              + "; \"cut\" there says where to read the rest");
    }
    Optional<String> silent = first(plan.recorded(), revision -> revision.sql().isEmpty());
    return silent.isPresent()
        ? Answer.unknown("the plan holds no SQL of " + silent.get())
        : Answer.yes("the plan holds the SQL of each of its revisions, line by line");
  }

  Answer review() {
    Optional<String> code = first(plan.revisions(), revision -> !revision.code().isEmpty());
    if (code.isPresent()) {
      return Answer.no("the rules read SQL, and " + code.get() + " runs code: read its source");
    }
    String found =
        "risk "
            + plan.risk()
            + ", "
            + plan.findings().size()
            + " finding(s)"
            + plan.riskReasons().stream().findFirst().map(reason -> "; " + reason).orElse("");
    if (Risk.of(plan.risk()) == Risk.UNSAFE) {
      return Answer.no("it must not run: " + found);
    }
    return plan.blocked().isEmpty()
        ? Answer.yes(found)
        : Answer.no("it must not run: " + plan.blocked().getFirst());
  }

  Answer backup() {
    if (evidence.hasBackup()) {
      BackupStatus backup = evidence.backup().orElseThrow();
      return "SUCCESSFUL".equals(backup.state())
          ? Answer.yes(
              "backup "
                  + backup.id()
                  + " was started "
                  + backup.startedAt()
                  + " and seen as SUCCESSFUL in the instance's list")
          : Answer.unknown("backup " + backup.id() + " is " + backup.state());
    }
    if (evidence.backupNotRequired().isPresent()) {
      return Answer.notApplicable(evidence.backupNotRequired().get());
    }
    return evidence.progress() == Progress.WAITING
        ? Answer.pending("it is taken before the first statement")
        : Answer.no("the plan is " + evidence.state() + " and no backup is recorded");
  }

  Answer wayBack() {
    if (evidence.isDowngrade()) {
      return Answer.notApplicable("the plan is itself a way back; the other way is to upgrade");
    }
    Optional<String> none = graded(WayBack.NONE);
    if (none.isPresent()) {
      return Answer.no(none.get() + " cannot be undone; only a backup leads back");
    }
    Optional<String> unknown = graded(WayBack.UNKNOWN);
    if (unknown.isPresent()) {
      return Answer.unknown("what undoes " + unknown.get() + " runs code that no preview can show");
    }
    return Answer.yes(
        graded(WayBack.WITH_LOSS)
            .map(script -> "the plan holds it; undoing " + script + " discards something")
            .or(() ->
                first(plan.recorded(), Before::isRepeatable)
                    .map(script ->
                        "nothing is lost; "
                            + script
                            + " is undone by the script as it was before, put back into the"
                            + " source"))
            .orElse("the plan holds it, and it loses nothing"));
  }

  Answer wayBackTested() {
    return evidence.isDowngrade()
        ? Answer.notApplicable("the plan is itself a way back")
        : graded(WayBack.NONE).isPresent()
            ? Answer.notApplicable("there is no way back to test but to restore a backup")
            : evidence.check(REHEARSAL).map(Before::rehearsed).orElseGet(this::notRehearsed);
  }

  private static Answer rehearsed(CheckResult check) {
    return check.result().equals(CheckResult.PASSED)
        ? Answer.yes(check.message())
        : Answer.no(check.message());
  }

  private Answer notRehearsed() {
    if (!plan.rehearses()) {
      return evidence
          .rehearsedElsewhere()
          .map(Answer::yes)
          .orElseGet(
              () -> Answer.no("no plan of this namespace records that this way back was tried"));
    }
    return switch (evidence.progress()) {
      case WAITING, RUNNING -> Answer.pending("it is rehearsed while the plan is carried out");
      case APPLIED, ENDED -> Answer.no("the rehearsal left no result: it did not come to its end");
    };
  }

  /** Who served, so that "back" is not a guess. */
  Answer application() {
    if (evidence.application().isEmpty()) {
      return Answer.notApplicable("spec.rollback.cloudRun names no service");
    }
    if (evidence.isDowngrade()) {
      return Answer.notApplicable("the plan is itself a way back");
    }
    String service = evidence.application().get();
    if (evidence.traffic().isPresent()) {
      return Answer.yes(
          service
              + " served "
              + evidence.traffic().get().text()
              + " right before the first statement; annotation whimbrel.dev/restore-traffic puts"
              + " that back");
    }
    return switch (evidence.progress()) {
      case WAITING, RUNNING ->
          Answer.pending("who serves is recorded right before the first statement");
      case APPLIED -> Answer.no("the Job left no record of who served");
      case ENDED ->
          evidence.cause().isPresent()
              ? Answer.unknown("the migrate step ended without a record of who served")
              : Answer.notApplicable("the plan is " + evidence.state() + ": nothing ran");
    };
  }

  Answer approval() {
    Condition approved = evidence.approved().orElse(null);
    String message = approved == null ? "" : approved.getMessage();
    if (approved != null && "True".equals(approved.getStatus())) {
      return Answer.yes(message);
    }
    return switch (evidence.state()) {
      case "Rejected" -> Answer.no("a person rejected the plan");
      case "Expired" -> Answer.no("nobody approved the plan in time");
      default ->
          approved == null
              ? Answer.unknown("no decision is recorded")
              : "NotRequired".equals(approved.getReason())
                  ? Answer.notApplicable(message)
                  : evidence.progress() == Progress.WAITING
                      ? Answer.pending(message)
                      : Answer.no("the plan is " + evidence.state() + " with " + message);
    };
  }

  private Optional<String> graded(String grade) {
    return first(plan.recorded(), revision -> grade.equals(grade(revision)));
  }

  /** A repeatable script is undone by the one before it, in the source. */
  private static String grade(PlannedRevision revision) {
    if (isRepeatable(revision)) {
      return WayBack.REVERSIBLE;
    }
    WayBack undo = revision.undo();
    return undo == null || undo.grade() == null ? WayBack.NONE : undo.grade();
  }

  private static boolean isRepeatable(PlannedRevision revision) {
    return PlannedRevision.REPEATABLE.equals(revision.kind());
  }

  private static Optional<String> first(
      List<PlannedRevision> revisions, Predicate<PlannedRevision> test) {
    return revisions.stream().filter(test).map(PlannedRevision::script).findFirst();
  }
}
