package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.effect;
import static dev.whimbrel.engine.Results.effects;
import static dev.whimbrel.engine.Results.end;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.JobReference;
import dev.whimbrel.api.v1alpha1.TrafficRestore;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An annotation, a Job of its own, and no other phase for it. */
class TrafficRestoresTest {

  private static final String COMMAND =
      "gcloud run services update-traffic kotori-api --to-latest --region=us-central1"
          + " --project=kotori-io";

  @Test
  void theAnnotationStartsAJobThatDoesNothingElse() {
    Decision decision = rested().restoreTrafficAnnotation("1").decide();

    Effect.CreateJob job = effect(decision, Effect.CreateJob.class);
    assertThat(job.steps()).containsExactly(Step.TRAFFIC);
    assertThat(job.plan()).isFalse();
    assertThat(job.owned()).isTrue();
    assertThat(job.name()).matches("kotori-[0-9a-f]{8}-traffic-0");
    assertThat(end(decision)).isEqualTo("Succeeded/Succeeded");
    assertThat(decision.status().trafficRestore().state()).isEqualTo("Running");
    assertThat(decision.status().trafficRestore().job().name()).isEqualTo(job.name());
    assertThat(decision.wakeAt()).isPresent();
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"SUCCEEDED", "FAILED", "REJECTED", "ROLLED_BACK", "UNRESOLVED", "AWAITING_APPROVAL"})
  void itIsHeardWhereverNothingIsUnderWay(Phase phase) {
    Decision decision =
        Worlds.in(phase).application().traffic("4-1", "6").restoreTrafficAnnotation("1").decide();

    assertThat(effect(decision, Effect.CreateJob.class).steps()).containsExactly(Step.TRAFFIC);
    assertThat(decision.status().phase()).isEqualTo(phase.label());
  }

  @Test
  void whileTheDatabaseMayBeChangingItWaits() {
    Decision decision =
        Worlds.dispatched()
            .application()
            .traffic("3-1", "5")
            .restoreTrafficAnnotation("1")
            .job(Results.running())
            .decide();

    assertThat(effects(decision, Effect.CreateJob.class)).isEmpty();
    assertThat(decision.status().trafficRestore()).isNull();
  }

  @Test
  void whatWasMovedIsSaidWithHowItIsUndone() {
    Decision decision = after(Outcome.TRAFFIC_RESTORED, rested());

    assertThat(decision.status().trafficRestore())
        .isEqualTo(
            new TrafficRestore(
                "1",
                "Restored",
                running().job(),
                null,
                Worlds.NOW.toString(),
                "the traffic of Cloud Run service kotori-api is back at kotori-api-1 100 %, as"
                    + " recorded 2026-11-25T08:59:00Z. It stays there through every later"
                    + " deployment, until this is undone: "
                    + COMMAND));
    assertThat(effect(decision, Effect.Announce.class).reason()).isEqualTo("TrafficRestored");
    assertThat(effect(decision, Effect.Announce.class).warning()).isFalse();
    assertThat(end(decision)).isEqualTo("Succeeded/Succeeded");
  }

  @Test
  void whatTheOlderApplicationMayMissIsSaidToo() {
    Finding renamed = new Finding("RenameTable", "Medium", "renames in users", "V7.sql", 1);

    Decision decision = after(Outcome.TRAFFIC_RESTORED, rested().findings(renamed));

    assertThat(decision.status().trafficRestore().message())
        .endsWith(
            "It was written for the schema before, and V7.sql renames in users: see whether it"
                + " works, or go back with the schema too (allowDowngrade)");
  }

  @Test
  void whatServedStillIsNotMoved() {
    Decision decision = after(Outcome.TRAFFIC_UNCHANGED, rested());

    assertThat(decision.status().trafficRestore().state()).isEqualTo("Unchanged");
    assertThat(decision.status().trafficRestore().message()).doesNotContain("gcloud");
    assertThat(effect(decision, Effect.Announce.class).reason()).isEqualTo("TrafficUnchanged");
  }

  @Test
  void aValueIsHeardOnceAndAnotherOneAgain() {
    TrafficRestore done = new TrafficRestore("1", "Restored", null, null, null, "");

    Decision same = rested().trafficRestore(done).restoreTrafficAnnotation("1").decide();
    Decision other = rested().trafficRestore(done).restoreTrafficAnnotation("2").decide();

    assertThat(effects(same, Effect.CreateJob.class)).isEmpty();
    assertThat(effects(other, Effect.CreateJob.class)).hasSize(1);
  }

  @Test
  void aFailureIsAWarningAndChangesNothingElse() {
    RunnerResult failed = Results.of("4-1", 0, Step.TRAFFIC, Outcome.FAILED);

    Decision decision = rested().trafficRestore(running()).trafficJob(ended(failed)).decide();

    assertThat(decision.status().trafficRestore().state()).isEqualTo("Failed");
    assertThat(effect(decision, Effect.Announce.class).reason()).isEqualTo("TrafficNotRestored");
    assertThat(effect(decision, Effect.Announce.class).warning()).isTrue();
    assertThat(end(decision)).isEqualTo("Succeeded/Succeeded");
  }

  @Test
  void withoutARecordedSplitNothingIsGuessed() {
    Decision none = Worlds.in(Phase.SUCCEEDED).application().restoreTrafficAnnotation("1").decide();
    Decision noService =
        Worlds.in(Phase.SUCCEEDED).traffic("4-1", "6").restoreTrafficAnnotation("1").decide();

    assertThat(effects(none, Effect.CreateJob.class)).isEmpty();
    assertThat(none.status().trafficRestore().state()).isEqualTo("Failed");
    assertThat(none.status().trafficRestore().message())
        .startsWith("no split of Cloud Run service kotori-api is recorded");
    assertThat(noService.status().trafficRestore().message())
        .isEqualTo("spec.rollback.cloudRun names no service: there is no traffic to put back");
  }

  @Test
  void aJobThatIsGoneOrNeverSeenIsTheEndOrBegunAgain() {
    Decision again = rested().trafficRestore(unseen()).trafficJob(new JobView.Absent()).decide();
    Decision gone = rested().trafficRestore(running()).trafficJob(new JobView.Absent()).decide();

    assertThat(effect(again, Effect.CreateJob.class).name()).isEqualTo(unseen().job().name());
    assertThat(gone.status().trafficRestore().state()).isEqualTo("Failed");
  }

  @Test
  void aRolloutThatDoesNotHoldNamesTheAnnotation() {
    Draft draft = rested().draft();

    assertThat(TrafficRestores.offer(draft))
        .isEqualTo(
            ". To put the traffic back to kotori-api-1 100 %: kubectl annotate dbm kotori -n kotori"
                + " --overwrite whimbrel.dev/restore-traffic=\"$(date +%s)\"");
    assertThat(TrafficRestores.offer(Worlds.in(Phase.SUCCEEDED).draft())).isEmpty();
  }

  private static Worlds rested() {
    return Worlds.in(Phase.SUCCEEDED).application().traffic("4-1", "6");
  }

  private static Decision after(Outcome outcome, Worlds worlds) {
    return worlds
        .trafficRestore(running())
        .trafficJob(ended(Results.of("4-1", 0, Step.TRAFFIC, outcome)))
        .restoreTrafficAnnotation("1")
        .decide();
  }

  private static JobView ended(RunnerResult result) {
    return new JobView.Ended("uid-9", Optional.of(result), Optional.empty(), "", true);
  }

  private static TrafficRestore running() {
    return new TrafficRestore(
        "1",
        "Running",
        new JobReference("kotori-0a0a0a0a-traffic-0", "uid-9"),
        "2026-11-25T09:30:00Z",
        null,
        "putting it back");
  }

  private static TrafficRestore unseen() {
    return new TrafficRestore(
        "1",
        "Running",
        new JobReference("kotori-0a0a0a0a-traffic-0", null),
        "2026-11-25T09:30:00Z",
        null,
        "putting it back");
  }
}
