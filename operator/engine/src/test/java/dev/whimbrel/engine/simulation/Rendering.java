package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.ApprovedPlan;
import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.ObjectReference;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.protocol.Sha256;
import java.util.List;
import java.util.Map;

/** What is pending, as a plan: made when planning, and again before the first statement. */
final class Rendering {

  private Rendering() {}

  /**
   * @param anyRest whether whatever is pending is said to be the rest of an earlier plan
   */
  static MigrationPlanSpec of(
      SimulatedJob job, SimulatedDatabase database, List<Script> source, boolean anyRest) {
    String table = job.spec.table();
    List<Script> pending = pending(database, source, table);
    Risk risk = pending.stream().map(Script::risk).reduce(Risk.LOW, Risk::or);
    String from = database.revision(table);
    StringBuilder bound = new StringBuilder(from).append('|').append(table);
    pending.forEach(script -> bound.append('|').append(script.name()).append(script.hash()));
    boolean rehearses = job.plan.map(MigrationPlanSpec::rehearses).orElse(job.spec.rehearses());
    if (rehearses) {
      bound.append("|rehearsed");
    }
    return new MigrationPlanSpec(
        new ObjectReference(job.migration, job.migrationUid),
        job.run,
        "sha256:" + Sha256.hex(bound.toString()),
        risk.label(),
        List.of(),
        from,
        pending.isEmpty() ? from : pending.getLast().name(),
        null,
        job.earlier
            .filter(before -> anyRest || isRest(pending, before.getSpec().revisions()))
            .map(before ->
                new ApprovedPlan(
                    before.getMetadata().getName(),
                    before.getMetadata().getUid(),
                    before.getSpec().hash()))
            .orElse(null),
        new DatabaseIdentity("server", "database", 1L, "1", "17", false),
        "flyway",
        rehearses ? Map.of(MigrationPlanSpec.REHEARSE, "Downgrade") : Map.of(),
        planned(pending),
        SimulatedPolicy.findings(pending),
        database.fingerprint(),
        pending.stream().anyMatch(script -> !script.transactional()),
        List.of());
  }

  /** With the callback, where anything is. */
  private static List<Script> pending(
      SimulatedDatabase database, List<Script> source, String table) {
    List<Script> pending =
        source.stream().filter(script -> !database.isIn(table, script.name())).toList();
    return pending.stream().allMatch(Script::isCallback) ? List.of() : pending;
  }

  private static boolean isRest(List<Script> pending, List<PlannedRevision> all) {
    List<PlannedRevision> rest = withoutCallbacks(planned(pending));
    List<PlannedRevision> whole = withoutCallbacks(all);
    int done = whole.size() - rest.size();
    return done > 0 && whole.subList(done, whole.size()).equals(rest);
  }

  private static List<PlannedRevision> withoutCallbacks(List<PlannedRevision> revisions) {
    return revisions.stream().filter(r -> !Script.isCallback(r.script())).toList();
  }

  private static List<PlannedRevision> planned(List<Script> scripts) {
    return scripts.stream().map(Rendering::planned).toList();
  }

  private static PlannedRevision planned(Script script) {
    return new PlannedRevision(
        script.isCallback() ? "" : script.name(),
        "",
        script.name(),
        script.isCallback() ? PlannedRevision.CALLBACK : "Versioned",
        script.hash(),
        0,
        script.transactional(),
        script.risk().label(),
        List.of(),
        null,
        script.undo() == null ? null : new WayBack(script.undo(), script.undoHash(), List.of()));
  }
}
