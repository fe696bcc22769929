package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The traffic split that served before a migration: taken from the Job that read it, and what a
 * plan means to whoever serves now. {@link TrafficRestores} puts it back.
 */
final class Traffic {

  /** What these take away, or change so little that code does not notice, no application names. */
  private static final Set<String> UNSEEN =
      Set.of("DropIndex", "DropConstraint", "DropNewTable", "DropNotNull");

  private Traffic() {}

  /**
   * Remembers what the migrate step has read, whether or not it came to its end. Of a run that goes
   * on with the rest of its plan the first reading counts: that is from before its first statement.
   */
  static void take(Draft draft) {
    if (!(draft.world.job() instanceof JobView.Ended ended) || ended.traffic().isEmpty()) {
      return;
    }
    boolean ofTheRest =
        draft.run.continues != null && draft.traffic != null && isOfRun(draft, draft.traffic);
    if (!ofTheRest) {
      draft.traffic =
          ended.traffic().get().of(draft.run.id, draft.plan == null ? "" : draft.plan.from());
    }
  }

  /** The split that a rollback of this run goes back to. */
  static Optional<TrafficStatus> ofRun(Draft draft) {
    return recorded(draft).filter(split -> isOfRun(draft, split));
  }

  private static boolean isOfRun(Draft draft, TrafficStatus split) {
    return draft.run.id.equals(split.run());
  }

  /** The last one of the service that the spec names. */
  static Optional<TrafficStatus> recorded(Draft draft) {
    return draft
        .spec
        .application()
        .flatMap(target ->
            Optional.ofNullable(draft.traffic)
                .filter(split -> target.resource().equals(split.service())));
  }

  /** Why the schema must not go back by itself; empty where the traffic can go first. */
  static Optional<String> obstacle(Draft draft) {
    return draft
        .spec
        .application()
        .filter(target -> ofRun(draft).isEmpty())
        .map(target ->
            "traffic goes back before the schema, and no split of "
                + target
                + " is recorded of this run: its Job left none");
  }

  // --- what a plan means to the application ----------------------------------------------------

  /** The plan, with what its reader has to know of the service. */
  static MigrationPlanSpec noted(Draft draft, MigrationPlanSpec plan) {
    Optional<CloudRunTarget> target = draft.spec.application();
    if (target.isEmpty()) {
      return plan;
    }
    return MigrationPlanSpec.DOWNGRADE.equals(plan.direction())
        ? plan.withFinding(downgrade(draft, target.get(), plan))
        : breaking(plan).map(found -> plan.withFinding(older(target.get(), found))).orElse(plan);
  }

  private static Finding downgrade(Draft draft, CloudRunTarget target, MigrationPlanSpec plan) {
    Optional<TrafficStatus> split =
        recorded(draft).filter(recorded -> recorded.databaseRevision().equals(plan.to()));
    return new Finding(
        split.isPresent() ? "TrafficGoesBack" : "TrafficStays",
        Risk.LOW.label(),
        split.isPresent()
            ? "before the first statement the traffic of "
                + target
                + " goes back to "
                + split.get().text()
                + ", as recorded "
                + split.get().recordedAt()
            : "no split of "
                + target
                + " is recorded at revision "
                + Runs.at(plan.to())
                + ": its traffic stays where it is; move it first if what serves now cannot do"
                + " without what this plan takes away",
        null,
        null);
  }

  private static Finding older(CloudRunTarget target, Finding found) {
    return new Finding(
        "OlderApplication",
        Risk.LOW.label(),
        "the revision of "
            + target
            + " that serves now was written for the schema before, and "
            + what(found)
            + ": if it uses that, it fails until the new one is out, and again when its traffic is"
            + " put back",
        found.script(),
        found.line());
  }

  /** In words, what of the plan the application from before may miss; empty for nothing. */
  static String missed(Draft draft) {
    return draft
        .world
        .plan()
        .map(MigrationPlan::getSpec)
        .filter(plan -> !MigrationPlanSpec.DOWNGRADE.equals(plan.direction()))
        .flatMap(Traffic::breaking)
        .map(found ->
            ". It was written for the schema before, and "
                + what(found)
                + ": see whether it works, or go back with the schema too (allowDowngrade)")
        .orElse("");
  }

  private static Optional<Finding> breaking(MigrationPlanSpec plan) {
    List<Finding> findings = plan.findings();
    return findings.stream()
        .filter(finding -> finding.rule().startsWith("Rename") || finding.rule().startsWith("Drop"))
        .filter(finding -> !UNSEEN.contains(finding.rule()))
        .findFirst();
  }

  private static String what(Finding found) {
    return (found.script() == null ? "the plan" : found.script()) + " " + found.message();
  }
}
