package dev.whimbrel.controller.observe;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.PlanHash;
import java.util.Optional;

/** A plan as a runner printed it. */
final class PlanDocument {

  private PlanDocument() {}

  /** The plan, if the text is one and its hash is that of its content. */
  static Optional<MigrationPlanSpec> parse(String text) {
    try {
      MigrationPlanSpec plan = Json.read(text, MigrationPlanSpec.class);
      return plan.hash() != null && plan.hash().equals(PlanHash.of(plan))
          ? Optional.of(plan)
          : Optional.empty();
    } catch (IllegalArgumentException | NullPointerException e) {
      return Optional.empty();
    }
  }
}
