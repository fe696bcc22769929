package dev.whimbrel.runner.tool;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;

/** A plan together with what carrying it out needs. */
public interface RenderedPlan extends PreparedWork {

  /** What people see and approve. */
  MigrationPlanSpec spec();
}
