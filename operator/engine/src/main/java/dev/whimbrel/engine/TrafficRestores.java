package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.JobReference;
import dev.whimbrel.api.v1alpha1.TrafficRestore;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the traffic of the application back to the recorded split: by a Job of its own where an
 * annotation asks for it, whatever the run does then, unless it may be changing the database; and
 * takes notice of what a rollback or a downgrade has put back on its way.
 */
public final class TrafficRestores {

  private static final String RUNNING = "Running";
  private static final String FAILED = "Failed";

  private TrafficRestores() {}

  /** Whether a Job of its own is under way. */
  public static boolean isRunning(TrafficRestore restore) {
    return restore != null && RUNNING.equals(restore.state());
  }

  // --- by annotation ---------------------------------------------------------------------------

  /** Starts what is asked for, or looks how it is going. */
  static void look(Draft draft) {
    if (isRunning(draft.trafficRestore)) {
      follow(draft);
      return;
    }
    String wanted = wanted(draft);
    if (wanted != null && !wanted.equals(handled(draft))) {
      start(draft, wanted);
    }
  }

  private static String wanted(Draft draft) {
    Map<String, String> annotations = draft.world.migration().getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(Whimbrel.RESTORE_TRAFFIC_ANNOTATION);
  }

  private static String handled(Draft draft) {
    return draft.trafficRestore == null ? null : draft.trafficRestore.trigger();
  }

  private static SideJob job(Draft draft) {
    return new SideJob(Step.TRAFFIC, false, Deadlines.pod(draft.spec, Step.TRAFFIC));
  }

  private static void start(Draft draft, String wanted) {
    Optional<CloudRunTarget> target = draft.spec.application();
    Optional<TrafficStatus> split = Traffic.recorded(draft);
    if (target.isEmpty() || split.isEmpty()) {
      failed(draft, wanted, null, nothingToRestore(target));
      return;
    }
    SideJob.Begun begun = job(draft).begin(draft, "traffic/" + wanted);
    String message = "putting the traffic of " + target.get() + " back to " + split.get().text();
    draft.trafficRestore =
        new TrafficRestore(wanted, RUNNING, begun.job(), begun.endBy(), null, message);
    draft.effect(new Effect.Announce(false, "RestoringTraffic", message));
  }

  private static String nothingToRestore(Optional<CloudRunTarget> target) {
    return target
        .map(named ->
            "no split of "
                + named
                + " is recorded: that is done right before the first statement of a migration; move"
                + " the traffic yourself (gcloud run services update-traffic "
                + named.service()
                + " --to-revisions=REVISION=100 --region="
                + named.region()
                + " --project="
                + named.project()
                + ")")
        .orElse("spec.rollback.cloudRun names no service: there is no traffic to put back");
  }

  private static void follow(Draft draft) {
    TrafficRestore restore = draft.trafficRestore;
    SideJob.Begun begun = new SideJob.Begun(restore.job(), restore.endBy());
    switch (job(draft).look(draft, draft.world.traffic(), begun)) {
      case SideJob.Course.Pending pending ->
          draft.trafficRestore =
              new TrafficRestore(
                  restore.trigger(),
                  RUNNING,
                  pending.job(),
                  restore.endBy(),
                  null,
                  restore.message());
      case SideJob.Course.Over over ->
          moved(over.result())
              .ifPresentOrElse(
                  moved -> done(draft, restore.trigger(), restore.job(), moved),
                  () ->
                      failed(
                          draft,
                          restore.trigger(),
                          restore.job(),
                          over.message()
                              + ". Put the cause right; a new value of the annotation tries"
                              + " again"));
    }
  }

  private static Optional<Boolean> moved(Optional<RunnerResult> result) {
    return result
        .map(RunnerResult::outcome)
        .filter(end -> end == Outcome.TRAFFIC_RESTORED || end == Outcome.TRAFFIC_UNCHANGED)
        .map(end -> end == Outcome.TRAFFIC_RESTORED);
  }

  // --- on the way of a rollback ----------------------------------------------------------------

  /** Takes notice of what a Job that undoes revisions says of the traffic. */
  static void take(Draft draft, RunnerResult result) {
    if (result.trafficMoved() != null
        && draft.traffic != null
        && !isRunning(draft.trafficRestore)) {
      done(draft, handled(draft), null, result.trafficMoved());
    }
  }

  /** What is open where a rollback ended without a word of the traffic; else empty. */
  static String unsaid(Draft draft) {
    return draft.spec.application().isEmpty() || isOfRun(draft)
        ? ""
        : ". Whether its traffic was put back is not recorded: annotation "
            + Whimbrel.RESTORE_TRAFFIC_ANNOTATION
            + " sees to it";
  }

  private static boolean isOfRun(Draft draft) {
    return draft.trafficRestore != null
        && draft.trafficRestore.endedAt() != null
        && !Instant.parse(draft.trafficRestore.endedAt()).isBefore(draft.run.startedAt);
  }

  // --- ends ------------------------------------------------------------------------------------

  private static void done(Draft draft, String trigger, JobReference job, boolean moved) {
    TrafficStatus split = draft.traffic;
    String service = split.service().substring(split.service().lastIndexOf('/') + 1);
    String message =
        moved
            ? "the traffic of Cloud Run service "
                + service
                + " is back at "
                + split.text()
                + ", as recorded "
                + split.recordedAt()
                + ". It stays there through every later deployment, until this is undone: "
                + draft.spec.application().map(CloudRunTarget::toLatest).orElse("")
                + Traffic.missed(draft)
            : "Cloud Run service "
                + service
                + " still serves "
                + split.text()
                + ", as recorded "
                + split.recordedAt()
                + ": nothing was moved";
    draft.trafficRestore =
        new TrafficRestore(
            trigger, moved ? "Restored" : "Unchanged", job, null, draft.now.toString(), message);
    draft.effect(
        new Effect.Announce(false, moved ? "TrafficRestored" : "TrafficUnchanged", message));
  }

  private static void failed(Draft draft, String trigger, JobReference job, String message) {
    draft.trafficRestore =
        new TrafficRestore(trigger, FAILED, job, null, draft.now.toString(), message);
    draft.effect(new Effect.Announce(true, "TrafficNotRestored", message));
  }

  /** What to do next where the new application does not hold; empty where nothing is recorded. */
  static String offer(Draft draft) {
    return Traffic.recorded(draft)
        .map(split ->
            ". To put the traffic back to "
                + split.text()
                + ": kubectl annotate dbm "
                + draft.world.migration().getMetadata().getName()
                + " -n "
                + draft.world.migration().getMetadata().getNamespace()
                + " --overwrite "
                + Whimbrel.RESTORE_TRAFFIC_ANNOTATION
                + "=\"$(date +%s)\"")
        .orElse("");
  }
}
