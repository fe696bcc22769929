package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.protocol.Names;
import dev.whimbrel.protocol.Sha256;

/** The MigrationPlan that is made of what a runner planned: its name, and what is added to it. */
final class PlanRecord {

  private PlanRecord() {}

  /**
   * What the runner cannot know. It is not part of what the hash binds: the bytes are, and they are
   * compared before the first statement.
   */
  static MigrationPlanSpec noted(Draft draft, MigrationPlanSpec document) {
    MigrationPlanSpec plan = Traffic.noted(draft, document);
    if (draft.world.source().digest().isEmpty()) {
      return plan;
    }
    return plan.withFinding(
        new Finding(
            "MutableSource",
            Risk.LOW.label(),
            "ConfigMaps of the source carry the label whimbrel.dev/source: an edit in place starts"
                + " another run, and this plan is then not carried out. ConfigMaps with"
                + " content-hashed names keep plan and source together",
            null,
            null));
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
