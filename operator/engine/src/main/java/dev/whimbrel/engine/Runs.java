package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.RunCause;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Moves of a run that more than one phase makes. */
final class Runs {

  /** States of a plan whose end is not recorded. */
  private static final Set<String> OPEN = Set.of("Pending", "Dispatched");

  private Runs() {}

  /** Starts a run. What an earlier one left waiting is superseded. */
  static Draft begin(Draft draft, String reason, String message) {
    String previous = draft.run.id;
    if (draft.phase != null && !draft.phase.resting()) {
      supersede(draft, message);
    }
    Rollouts.supersede(draft);
    draft.run = new Run(null);
    draft.run.id = draft.generation() + "-" + ordinal(previous, draft.generation());
    draft.run.spec = draft.specHash;
    draft.run.startedAt = draft.now;
    draft.plan = null;
    draft.backup = null;
    draft.restorePoint = null;
    draft.shown = List.of();
    draft.sourceDigest = draft.world.source().digest();
    if (Engine.newRetry(draft)) {
      draft.lastHandledRetry = Engine.retry(draft);
      draft.hold = null;
    }
    Restores.takeNotice(draft, previous == null);
    draft.phase = null;
    return draft.enter(Phase.PLANNING, reason, message);
  }

  private static void supersede(Draft draft, String message) {
    if (draft.plan != null) {
      draft.effect(new Effect.RecordPlan(draft.plan.name(), "Superseded", message));
    }
    if (draft.run.job != null && draft.run.step != Step.BACKUP) {
      draft.effect(new Effect.DeleteJob(draft.run.job.name()));
    }
    giveBack(draft);
  }

  private static int ordinal(String previous, long generation) {
    String prefix = generation + "-";
    return previous != null && previous.startsWith(prefix)
        ? Integer.parseInt(previous.substring(prefix.length())) + 1
        : 1;
  }

  /** Records the end of the plan, unless one is recorded. */
  static void closePlan(Draft draft, String state, String message) {
    draft
        .world
        .plan()
        .filter(plan -> plan.getStatus() == null || OPEN.contains(plan.getStatus().state()))
        .ifPresent(plan -> draft.effect(new Effect.RecordPlan(draft.plan.name(), state, message)));
  }

  /** Holds nothing while the run waits. */
  static void holdNothing(Draft draft) {
    reopenPlan(draft);
    giveBack(draft);
  }

  /**
   * A plan that was dispatched before, and of which nothing is in, says so before the finalizer
   * goes: the migration may be deleted at any time after.
   */
  static void reopenPlan(Draft draft) {
    draft
        .world
        .plan()
        .filter(plan -> plan.getStatus() != null && "Dispatched".equals(plan.getStatus().state()))
        .ifPresent(plan ->
            draft.effect(
                new Effect.RecordPlan(
                    draft.plan.name(), "Pending", "It was dispatched, and nothing of it is in")));
  }

  /**
   * Releases Lease and finalizer, where they are observed to be held. Called by every phase in
   * which nothing may be held, so that a crash in between is made good.
   */
  static void giveBack(Draft draft) {
    if (draft.world.lease() instanceof World.LeaseView.Ours) {
      draft.effect(new Effect.ReleaseLease(draft.spec.lease(), draft.runUid()));
    }
    removeFinalizer(draft);
  }

  static void removeFinalizer(Draft draft) {
    if (draft.hasFinalizer()) {
      draft.effect(new Effect.RemoveFinalizer());
    }
  }

  /** A person's Abort stays in force for the rest of the run. */
  static Optional<Draft> aborted(Draft draft) {
    if (!Approvals.accepted(draft, "Abort")) {
      return Optional.empty();
    }
    return Optional.of(
        draft.rest(
            Phase.FAILED,
            "Aborted",
            "A person aborted the run, and nothing more was started; a new spec, or annotation"
                + " whimbrel.dev/retry, starts another",
            Optional.of("Failed")));
  }

  /** Ends a dispatch that ran nothing, so that the run can wait without holding anything. */
  static void standDown(Draft draft) {
    giveBack(draft);
    draft.run.dispatched = false;
    draft.run.shared = false;
    draft.run.lease = null;
    draft.run.takeover = null;
    forgetJob(draft);
  }

  /** Why the migrate step did not end cleanly. */
  static RunCause cause(Draft draft) {
    return Optional.ofNullable(draft.run.cause)
        .orElseGet(() ->
            new RunCause("Unknown", "Unknown", "the run ended without a recorded cause", null));
  }

  /** Which part of the plan the history records, in words. */
  static String in(Draft draft, RunnerResult result) {
    return result.applied()
        + " of "
        + draft.plan.revisions()
        + " revisions are in, the last is "
        + at(draft.currentRevision);
  }

  /** The Job of the step has been recorded; the next step claims its own. */
  static void forgetJob(Draft draft) {
    if (draft.run.job != null
        && draft.world.job() instanceof JobView.Ended ended
        && !ended.owned()) {
      draft.effect(new Effect.AdoptJob(draft.run.job.name()));
    }
    draft.run.job = null;
    draft.run.step = null;
    draft.run.startBy = null;
    draft.run.endBy = null;
    draft.run.waits = 0;
  }

  /** Goes where the gates say. Also the place where an unsafe, forbidden or held plan ends. */
  static Draft proceed(Draft draft) {
    PlanReference plan = draft.plan;
    if (Gates.risk(plan) == Risk.UNSAFE) {
      return draft.rest(
          Phase.FAILED,
          "Unsafe",
          "Plan " + plan.name() + " is Unsafe and is never carried out" + reasons(draft),
          Optional.of("Failed"));
    }
    Optional<Draft> refused = Policies.refuse(draft);
    if (refused.isPresent()) {
      return refused.get();
    }
    Optional<String> obstacle = Rehearsals.obstacle(draft);
    if (obstacle.isPresent()) {
      return draft.rest(Phase.FAILED, "CannotRehearse", obstacle.get(), Optional.of("Failed"));
    }
    if (isOnHold(draft)) {
      return draft.rest(
          Phase.FAILED,
          "OnHold",
          "Plan "
              + plan.name()
              + " "
              + Restores.why(draft)
              + " is on hold; change the source, or retry by annotation",
          Optional.of("Failed"));
    }
    Phase next = Gates.next(draft);
    if (next == draft.phase) {
      return draft;
    }
    return switch (next) {
      case BACKING_UP ->
          draft.enter(next, "BackingUp", "Taking a backup of " + draft.spec.server());
      case AWAITING_APPROVAL -> awaitApproval(draft);
      default ->
          draft.enter(
              next,
              "Migrating",
              "Plan " + plan.name() + " is about to be carried out" + Continuation.used(draft));
    };
  }

  /** Whether the plan was rolled back before: it must not run again by itself. */
  static boolean isOnHold(Draft draft) {
    return draft.plan.hash().equals(draft.hold);
  }

  private static Draft awaitApproval(Draft draft) {
    if (draft.plan.expiresAt() == null) {
      expires(draft, draft.now.plus(draft.spec.approvalExpiresAfter()).toString());
    }
    return draft.enter(Phase.AWAITING_APPROVAL, "AwaitingApproval", approvalMessage(draft));
  }

  /** Fixes when the wait for an approval of the plan, or the approval itself, ends. */
  static void expires(Draft draft, String instant) {
    draft.plan = draft.plan.withExpiresAt(instant);
  }

  static String approvalMessage(Draft draft) {
    int missing = draft.spec.approvals() - Gates.approvers(draft).size();
    return "Plan "
        + draft.plan.name()
        + " needs "
        + missing
        + (missing == 1 ? " approval" : " approvals")
        + " (risk "
        + draft.plan.risk()
        + reasons(draft)
        + ")."
        + impact(draft)
        + " Read it: kubectl describe mplan "
        + draft.plan.name()
        + ". Then create a MigrationApproval with its name, UID and hash before "
        + draft.plan.expiresAt();
  }

  private static String impact(Draft draft) {
    return draft
        .world
        .plan()
        .map(plan -> plan.getSpec().impact())
        .map(impact -> " Impact: " + impact.text() + ".")
        .orElse("");
  }

  private static String reasons(Draft draft) {
    return draft
        .world
        .plan()
        .map(plan -> plan.getSpec().riskReasons())
        .filter(list -> !list.isEmpty())
        .map(list -> ": " + String.join("; ", list.subList(0, Math.min(3, list.size()))))
        .orElse("");
  }

  /** Verified at the target. */
  static Draft succeed(Draft draft, RunnerResult result) {
    if (Rehearsals.isMissing(draft, result)) {
      return Rehearsals.incomplete(at(draft, result));
    }
    if (draft.plan != null) {
      // Another plan than the one on hold is in: what was held is history.
      draft.hold = null;
    }
    Restores.release(draft);
    at(draft, result);
    // The checks that passed are those of the spec that the run was started for.
    draft.verified = draft.specWaits() ? null : draft.spec.verification(draft.currentRevision);
    return draft.rest(
        Phase.SUCCEEDED,
        "Succeeded",
        "The database is at revision "
            + at(draft.currentRevision)
            + (draft.plan == null
                ? "; nothing is pending"
                : "; "
                    + draft.plan.revisions()
                    + " revision(s) of plan "
                    + draft.plan.name()
                    + " are in")
            + ", verified"
            + warnings(draft),
        Optional.of("Applied"));
  }

  private static Draft at(Draft draft, RunnerResult result) {
    if (result.currentRevision() != null) {
      draft.currentRevision = result.currentRevision();
    }
    RestorePoints.take(draft, result);
    return draft;
  }

  private static String warnings(Draft draft) {
    List<CheckResult> warned =
        draft.checks().stream().filter(c -> c.result().equals(CheckResult.WARNED)).toList();
    return warned.isEmpty()
        ? ""
        : "; "
            + warned.size()
            + " check(s) warn, the first: "
            + warned.getFirst().name()
            + ": "
            + warned.getFirst().message();
  }

  static String at(String revision) {
    return revision == null || revision.isEmpty() ? "(none)" : revision;
  }
}
