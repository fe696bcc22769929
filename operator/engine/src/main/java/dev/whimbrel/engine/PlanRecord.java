package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.protocol.Names;
import dev.whimbrel.protocol.Sha256;
import java.util.Optional;

/**
 * The MigrationPlan that is made of what a runner planned: its name, what is added to it, and what
 * is known of it.
 */
final class PlanRecord {

  private PlanRecord() {}

  /**
   * What the runner cannot know. It is not part of what the hash binds: the bytes are, and they are
   * compared before the first statement.
   */
  static MigrationPlanSpec noted(Draft draft, MigrationPlanSpec document) {
    MigrationPlanSpec plan = Traffic.noted(draft, document);
    return Policies.noted(
        draft, draft.world.source().digest().isEmpty() ? plan : plan.withFinding(mutableSource()));
  }

  private static Finding mutableSource() {
    return new Finding(
        "MutableSource",
        Risk.LOW.label(),
        "ConfigMaps of the source carry the label whimbrel.dev/source: an edit in place starts"
            + " another run, and this plan is then not carried out. ConfigMaps with"
            + " content-hashed names keep plan and source together",
        null,
        null);
  }

  /** The plan of the run; before the object is seen, what its pod has printed. */
  static Optional<MigrationPlanSpec> known(Draft draft) {
    Optional<MigrationPlanSpec> printed =
        switch (draft.world.job()) {
          case JobView.Running running -> running.document();
          case JobView.Ended ended -> ended.document();
          default -> Optional.empty();
        };
    return draft
        .world
        .plan()
        .map(MigrationPlan::getSpec)
        .or(() -> printed)
        .filter(plan -> draft.plan != null && plan.hash().equals(draft.plan.hash()));
  }

  /**
   * One plan object per Job that planned, content and catalog: what was decided on one is never
   * another's, not even where a superseded plan comes out the same again.
   */
  static String name(Draft draft, MigrationPlanSpec document) {
    return Names.plan(
        draft.world.migration().getMetadata().getName(),
        draft.uid(),
        draft.generation(),
        Sha256.hex(
            draft.run.id + "/" + draft.run.attempt + document.hash() + document.fingerprint()));
  }
}
