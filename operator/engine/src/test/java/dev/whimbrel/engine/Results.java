package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.AlembicSource;
import dev.whimbrel.api.v1alpha1.ApprovedPlan;
import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.ObjectReference;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.TrafficShare;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.protocol.Step;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What Jobs answer, as the engine observes it, and what a test asks of a decision. */
final class Results {

  private Results() {}

  // --- Jobs ------------------------------------------------------------------------------------

  static JobView waiting(String why) {
    return new JobView.Waiting(Worlds.JOB_UID, why);
  }

  static JobView running() {
    return new JobView.Running(Worlds.JOB_UID, "pod-1", Optional.empty(), "");
  }

  static JobView running(MigrationPlanSpec printed) {
    return new JobView.Running(Worlds.JOB_UID, "pod-1", Optional.of(printed), "");
  }

  static JobView ended(RunnerResult result) {
    return new JobView.Ended(
        Worlds.JOB_UID, Optional.of(result), Optional.empty(), "", result.step() != Step.MIGRATE);
  }

  static JobView ended(RunnerResult result, MigrationPlanSpec printed) {
    return new JobView.Ended(Worlds.JOB_UID, Optional.of(result), Optional.of(printed), "", true);
  }

  static JobView ended(RunnerResult result, List<CheckResult> checks) {
    return new JobView.Ended(
        Worlds.JOB_UID, Optional.of(result), Optional.empty(), "", true, checks);
  }

  static JobView endedWithout(String why) {
    return new JobView.Ended(Worlds.JOB_UID, Optional.empty(), Optional.empty(), why, true);
  }

  /** One whose migrate step has read who served, whatever became of it then. */
  static JobView endedAfterReading(RunnerResult result, TrafficStatus split) {
    return new JobView.Ended(
        Worlds.JOB_UID,
        Optional.ofNullable(result),
        Optional.empty(),
        "OOMKilled",
        false,
        List.of(),
        Optional.of(split));
  }

  /** All traffic of kotori-api to one revision, as a runner reads it. */
  static TrafficStatus split(String revision) {
    return new TrafficStatus(
        "projects/kotori-io/locations/us-central1/services/kotori-api",
        "2026-11-25T08:59:00Z",
        revision,
        List.of(new TrafficShare(revision, 100, null)),
        null,
        null);
  }

  // --- results ---------------------------------------------------------------------------------

  static RunnerResult result(Step step, Outcome outcome) {
    return result("4-1", 3, step, outcome, null, null, "it says so", null, null, null);
  }

  /** One that says at which revision the database is. */
  static RunnerResult at(String revision, Step step, Outcome outcome) {
    return result("4-1", 3, step, outcome, null, null, "it says so", revision, null, null);
  }

  static RunnerResult because(String reason, Step step, Outcome outcome) {
    return result("4-1", 3, step, outcome, null, reason, "it says so", null, null, null);
  }

  static RunnerResult failed(Step step, Kind kind, String reason) {
    return result("4-1", 3, step, Outcome.FAILED, kind, reason, "it broke", null, null, null);
  }

  static RunnerResult partly(int applied, String revision) {
    return result(
        "4-1", 3, Step.INSPECT, Outcome.PARTIAL, null, null, "some", revision, applied, null);
  }

  /** One of a Job that has rehearsed its plan to the end. */
  static RunnerResult rehearsed(String revision, Step step, Outcome outcome) {
    return new RunnerResult(
        1,
        "4-1",
        3,
        step,
        outcome,
        null,
        null,
        "it says so",
        null,
        null,
        revision,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        true);
  }

  /** One of a Job that says what there was to go back to. */
  static RunnerResult after(RunnerResult.RestorePoint point, Step step, Outcome outcome) {
    return new RunnerResult(
        1,
        "4-1",
        3,
        step,
        outcome,
        null,
        null,
        "it says so",
        null,
        null,
        "8",
        null,
        null,
        null,
        null,
        null,
        point,
        null,
        null,
        null);
  }

  static RunnerResult backedUp(RunnerResult.Backup backup) {
    return result("4-1", 3, Step.BACKUP, Outcome.BACKED_UP, null, null, "done", null, null, backup);
  }

  static RunnerResult of(String run, int attempt, Step step, Outcome outcome) {
    return result(run, attempt, step, outcome, null, null, "another's", null, null, null);
  }

  private static RunnerResult result(
      String run,
      int attempt,
      Step step,
      Outcome outcome,
      Kind kind,
      String reason,
      String message,
      String revision,
      Integer applied,
      RunnerResult.Backup backup) {
    return new RunnerResult(
        1, run, attempt, step, outcome, kind, reason, message, null, null, revision, null, null,
        null, applied, null, null, backup, null, null);
  }

  static AlembicSource alembic() {
    return new AlembicSource(
        "registry.kotori/api:1", List.of("/usr/bin/alembic"), null, null, null, "head", null);
  }

  /** A plan from 6 to 8. */
  static MigrationPlanSpec document(String risk, List<String> riskReasons) {
    return document(risk, riskReasons, null, null, List.of("Reversible", "Reversible"));
  }

  /** One in this direction, with ways back of these grades. */
  static MigrationPlanSpec document(
      String risk,
      List<String> riskReasons,
      String direction,
      ApprovedPlan continues,
      List<String> grades) {
    return new MigrationPlanSpec(
        new ObjectReference("kotori", Worlds.UID),
        "4-1",
        Worlds.HASH,
        risk,
        riskReasons,
        "6",
        "8",
        direction,
        continues,
        new DatabaseIdentity("kotori-io:us-central1:kotori-db", "kotori", 1L, "1", "17.6", true),
        "flyway",
        null,
        List.of(revision("7", grades.getFirst()), revision("8", grades.getLast())),
        null,
        "catalog-1",
        false,
        null);
  }

  /** An earlier plan to 8 with these scripts. */
  static MigrationPlanSpec whole(String hash, List<String> scripts) {
    return with(
        document("Medium"),
        hash,
        "5",
        scripts.stream().map(script -> revision(script, "Reversible")).toList());
  }

  /** The same plan with callbacks, which come first; each is the hash of one. */
  static MigrationPlanSpec withCallbacks(MigrationPlanSpec plan, List<String> callbacks) {
    return with(
        plan,
        plan.hash(),
        plan.from(),
        Stream.concat(callbacks.stream().map(Results::callback), plan.revisions().stream())
            .toList());
  }

  /** The same plan, to be carried out, undone and carried out again. */
  static MigrationPlanSpec rehearsed(MigrationPlanSpec plan) {
    return new MigrationPlanSpec(
        plan.migration(),
        plan.run(),
        plan.hash(),
        plan.risk(),
        plan.riskReasons(),
        plan.from(),
        plan.to(),
        plan.direction(),
        plan.continues(),
        plan.database(),
        plan.tool(),
        Map.of(MigrationPlanSpec.REHEARSE, "Downgrade"),
        plan.revisions(),
        plan.findings(),
        plan.fingerprint(),
        plan.online(),
        plan.facts());
  }

  private static MigrationPlanSpec with(
      MigrationPlanSpec plan, String hash, String from, List<PlannedRevision> revisions) {
    return new MigrationPlanSpec(
        plan.migration(),
        plan.run(),
        hash,
        plan.risk(),
        plan.riskReasons(),
        from,
        plan.to(),
        plan.direction(),
        plan.continues(),
        plan.database(),
        plan.tool(),
        plan.settings(),
        revisions,
        plan.findings(),
        plan.fingerprint(),
        plan.online(),
        plan.facts());
  }

  static MigrationPlanSpec document(String risk) {
    return document(risk, List.of());
  }

  private static PlannedRevision callback(String hash) {
    return new PlannedRevision(
        "",
        "",
        "beforeMigrate.sql",
        PlannedRevision.CALLBACK,
        hash,
        null,
        true,
        "Low",
        null,
        null,
        null);
  }

  private static PlannedRevision revision(String version, String grade) {
    return new PlannedRevision(
        version,
        "",
        "V" + version + ".sql",
        "Versioned",
        "hash",
        1,
        true,
        "Low",
        null,
        null,
        new WayBack(grade, "undo-hash", List.of()));
  }

  // --- decisions -------------------------------------------------------------------------------

  /** Phase and reason, as {@code "Failed/Unsafe"}. */
  static String end(Decision decision) {
    return decision.status().phase() + "/" + condition(decision, "Ready").getReason();
  }

  static Condition condition(Decision decision, String type) {
    return decision.status().conditions().stream()
        .filter(condition -> type.equals(condition.getType()))
        .findFirst()
        .orElseThrow();
  }

  static <E extends Effect> List<E> effects(Decision decision, Class<E> kind) {
    return decision.effects().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The only effect of this kind. */
  static <E extends Effect> E effect(Decision decision, Class<E> kind) {
    List<E> found = effects(decision, kind);
    if (found.size() != 1) {
      throw new AssertionError("not one " + kind.getSimpleName() + ": " + decision.effects());
    }
    return found.getFirst();
  }

  /** What the plan's status is made to say; empty where it is not touched. */
  static String planState(Decision decision) {
    return effects(decision, Effect.RecordPlan.class).stream()
        .map(Effect.RecordPlan::state)
        .findFirst()
        .orElse("");
  }

  static boolean startsJob(Decision decision) {
    return !effects(decision, Effect.CreateJob.class).isEmpty();
  }
}
