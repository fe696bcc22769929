package dev.whimbrel.runner.tool;

import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.ObjectReference;
import dev.whimbrel.protocol.PlanHash;
import dev.whimbrel.protocol.RunnerInput;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that a plan says, but for its hash.
 *
 * @param from revision before; empty for an empty history
 * @param to revision after
 * @param direction {@link MigrationPlanSpec#DOWNGRADE}, or null for an upgrade
 * @param tool the tool and its version
 * @param settings that change what runs
 * @param assessed the revisions and what they risk
 * @param database which was planned for
 * @param fingerprint of the catalog
 * @param relations that the statements name, each with a fingerprint; empty where all count
 * @param facts for reviewers
 */
public record PlanDraft(
    String from,
    String to,
    String direction,
    String tool,
    Map<String, String> settings,
    Assessed assessed,
    DatabaseIdentity database,
    String fingerprint,
    Map<String, String> relations,
    List<String> facts) {

  /**
   * The plan with its hash, for the migration and the run of this input. Where it is the rest of
   * the plan that the input names, it says so.
   */
  public MigrationPlanSpec signed(RunnerInput input) {
    return PlanReview.of(spec(input, PlanHash.of(spec(input, ""))), assessed.locked());
  }

  /** A plan that goes back is itself the way back, and not rehearsed. */
  private Map<String, String> settings(RunnerInput input) {
    if (input.rehearse() == null || direction != null) {
      return settings;
    }
    Map<String, String> rehearsed = new TreeMap<>(settings);
    rehearsed.put(MigrationPlanSpec.REHEARSE, input.rehearse());
    return rehearsed;
  }

  private MigrationPlanSpec spec(RunnerInput input, String hash) {
    return new MigrationPlanSpec(
            new ObjectReference(input.migration().name(), input.migration().uid()),
            input.run(),
            hash,
            assessed.risk().label(),
            assessed.reasons(),
            from,
            to,
            direction,
            direction == null ? Continuation.of(input, assessed.planned()).orElse(null) : null,
            database,
            tool,
            settings(input),
            assessed.planned(),
            assessed.general(),
            fingerprint,
            assessed.online(),
            facts)
        .withRelations(relations);
  }
}
