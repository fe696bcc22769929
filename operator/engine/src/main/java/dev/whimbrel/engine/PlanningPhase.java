package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Planning. Waits for the plan Job, records its document as a MigrationPlan, and goes where the
 * gates say. Where no gate can stand in the way of a small change, the Job plans, migrates and
 * verifies in one pod, which waits with its plan until it is told whether to go on.
 */
final class PlanningPhase {

  private static final Duration SOURCE_GRACE = Duration.ofSeconds(20);
  private static final Duration SOURCE_POLL = Duration.ofSeconds(2);

  /** A pod that hears nothing waits half of this for it. */
  private static final Duration ENDS_BY_ITSELF = Duration.ofMinutes(1);

  private PlanningPhase() {}

  static Draft decide(Draft draft) {
    if (draft.plan != null) {
      return recorded(draft);
    }
    if (draft.world.job() instanceof JobView.None) {
      Optional<Draft> held = beforeDispatch(draft);
      if (held.isPresent()) {
        return held.get();
      }
    }
    return draft.run.shared ? shared(draft) : plan(draft);
  }

  /** What keeps a plan Job from being worth its pod. */
  private static Optional<Draft> beforeDispatch(Draft draft) {
    Optional<Draft> aborted = Runs.aborted(draft);
    if (aborted.isPresent()) {
      return aborted;
    }
    if (draft.spec.suspended()) {
      Runs.giveBack(draft);
      return Optional.of(
          draft.await(
              "Suspended", "spec.suspend is true: no Job is started", Duration.ofMinutes(1)));
    }
    if (draft.world.claimedBy().isPresent()) {
      return Optional.of(
          draft.rest(
              Phase.FAILED,
              "DatabaseClaimed",
              claimed(draft, draft.world.claimedBy().get()),
              Optional.empty()));
    }
    if (draft.world.source().missing().isPresent()) {
      return Optional.of(sourceMissing(draft, draft.world.source().missing().get()));
    }
    if (draft.spec.ungated().isPresent() && !draft.run.shared && draft.run.failures == 0) {
      return SharedPod.dispatch(draft);
    }
    return Optional.empty();
  }

  private static String claimed(Draft draft, String owner) {
    String database = " database " + draft.spec.database() + " on " + draft.spec.server();
    return draft.spec.alembic().isPresent()
        ? "DatabaseMigration "
            + owner
            + " already migrates"
            + database
            + " with Alembic: delete one of the two"
        : "DatabaseMigration "
            + owner
            + " already owns history table "
            + draft.spec.table()
            + " of"
            + database
            + ": delete one of the two, or set another spec.source.flyway.table";
  }

  /** GitOps applies files in any order: a ConfigMap gets a moment to appear. */
  private static Draft sourceMissing(Draft draft, String name) {
    String text =
        "ConfigMap "
            + name
            + " of spec.source.flyway.configMaps does not exist in this namespace: create it, or"
            + " correct the name";
    if (draft.now.isBefore(draft.run.startedAt.plus(SOURCE_GRACE))) {
      return draft.await("SourceNotFound", text, SOURCE_POLL);
    }
    return draft.rest(Phase.FAILED, "SourceNotFound", text, Optional.empty());
  }

  private static Draft shared(Draft draft) {
    switch (draft.world.job()) {
      case JobView.Absent absent when draft.neverSeen() && Engine.interrupted(draft) -> {
        Runs.standDown(draft);
        return draft.lookAgain();
      }
      case JobView.Absent absent when draft.neverSeen() -> {
        Duration deadline = Deadlines.migrating(draft.spec, true);
        draft.reclaim(deadline);
        SharedPod.create(draft, draft.run.job.name(), deadline);
        return draft;
      }
      // Where nothing is pending it goes on to verify, and there is nothing to record.
      case JobView.Running running
          when running.document().filter(plan -> !plan.recorded().isEmpty()).isPresent() -> {
        draft.know(running.uid());
        return record(draft, running.document().get());
      }
      case JobView.Running running when SharedPod.plansForTooLong(draft) -> {
        draft.effect(new Effect.DeleteJob(draft.run.job.name()));
        return read(draft, Attempts.timedOut(draft));
      }
      default -> {
        return read(draft, Attempts.look(draft, Step.MIGRATE, false));
      }
    }
  }

  // --- the plan Job ----------------------------------------------------------------------------

  private static Draft plan(Draft draft) {
    Runs.giveBack(draft);
    return read(draft, Attempts.look(draft, Step.PLAN, false));
  }

  private static Draft read(Draft draft, Attempts.Attempt attempt) {
    return switch (attempt) {
      case Attempts.Attempt.Pending pending -> draft;
      case Attempts.Attempt.Failed failed -> {
        // Nothing ran, shared or not: the pod was never told to go on.
        Runs.standDown(draft);
        yield Attempts.retryOrFail(draft, failed);
      }
      case Attempts.Attempt.Done done -> answered(draft, done);
    };
  }

  private static Draft answered(Draft draft, Attempts.Attempt.Done done) {
    RunnerResult result = done.result();
    if (result.currentRevision() != null) {
      draft.currentRevision = result.currentRevision();
    }
    return switch (result.outcome()) {
      case PLANNED ->
          done.job()
              .document()
              .map(document -> record(draft, document))
              .orElseGet(() ->
                  read(
                      draft,
                      new Attempts.Attempt.Failed(
                          false,
                          "PlanUnreadable",
                          "the log of Job "
                              + draft.run.job.name()
                              + " does not hold the plan that its result describes",
                          null)));
      case NOTHING_PENDING -> nothingPending(draft, result);
      case VERIFIED -> Runs.succeed(draft, result);
      case VERIFICATION_FAILED ->
          draft.rest(Phase.FAILED, "VerificationFailed", result.message(), Optional.empty());
      default ->
          read(
              draft,
              new Attempts.Attempt.Failed(
                  true,
                  "UnexpectedOutcome",
                  "a plan Job ended with outcome " + result.outcome(),
                  null));
    };
  }

  private static Draft nothingPending(Draft draft, RunnerResult result) {
    boolean verified =
        draft.spec.checkCount() == 0
            || draft.spec.verification(draft.currentRevision).equals(draft.verified);
    if (verified) {
      return Runs.succeed(draft, result);
    }
    Runs.standDown(draft);
    return draft.enter(
        Phase.VERIFYING, "Verifying", "Nothing is pending; spec.verify is being checked");
  }

  // --- the plan object -------------------------------------------------------------------------

  private static Draft record(Draft draft, MigrationPlanSpec document) {
    String name = PlanRecord.name(draft, document);
    draft.plan =
        new PlanReference(
            name,
            null,
            document.hash(),
            document.risk(),
            document.from(),
            document.to(),
            document.recorded().size(),
            document.online(),
            draft.now.toString(),
            null,
            document.image());
    draft.currentRevision = document.from();
    Restores.hold(draft);
    return draft
        .effect(
            new Effect.CreatePlan(
                name, PlanRecord.noted(draft, document), !SharedPod.goesOn(draft)))
        .lookAgain();
  }

  /** The plan is in the status; go on once the object itself is seen. */
  private static Draft recorded(Draft draft) {
    Optional<MigrationPlan> plan = draft.world.plan();
    if (plan.isEmpty()) {
      return createAgain(draft);
    }
    draft.plan = draft.plan.withUid(plan.get().getMetadata().getUid());
    if (plan.get().getStatus() == null && !SharedPod.goesOn(draft)) {
      // Created right before a crash: it does not say yet that it is pending.
      draft.effect(new Effect.CreatePlan(draft.plan.name(), plan.get().getSpec(), true));
    }
    if (draft.plan.expiresAt() == null) {
      // The approval of the plan whose rest it is ends when it would have ended.
      Continuation.of(draft).ifPresent(earlier -> Runs.expires(draft, earlier.expiresAt()));
    }
    if (!draft.run.shared) {
      Runs.forgetJob(draft);
      return Runs.proceed(draft);
    }
    return switch (draft.world.job()) {
      case JobView.Running running when SharedPod.goesOn(draft) && !SharedPod.isRefused(running) ->
          ChangeJob.hold(draft, Optional.empty()) ? SharedPod.goOn(draft, running) : draft;
      // It meets a gate after all, and ends without having run anything.
      case JobView.Running running
          when draft.now.isBefore(Instant.parse(draft.plan.plannedAt()).plus(ENDS_BY_ITSELF)) ->
          SharedPod.refuse(draft, running);
      case JobView.Running running -> {
        draft.effect(new Effect.DeleteJob(draft.run.job.name()));
        yield ranNothing(draft);
      }
      default -> ranNothing(draft);
    };
  }

  private static Draft ranNothing(Draft draft) {
    Runs.standDown(draft);
    return Runs.proceed(draft);
  }

  private static Draft createAgain(Draft draft) {
    Optional<MigrationPlanSpec> document =
        switch (draft.world.job()) {
          case JobView.Running running -> running.document();
          case JobView.Ended ended -> ended.document();
          default -> Optional.empty();
        };
    if (document.isPresent() && PlanRecord.name(draft, document.get()).equals(draft.plan.name())) {
      return draft
          .effect(
              new Effect.CreatePlan(
                  draft.plan.name(),
                  PlanRecord.noted(draft, document.get()),
                  !SharedPod.goesOn(draft)))
          .wakeIn(Duration.ofSeconds(1));
    }
    draft.plan = null;
    return read(
        draft,
        new Attempts.Attempt.Failed(
            false, "PlanLost", "the plan could not be recorded before its Job was gone", null));
  }
}
