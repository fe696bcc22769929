package dev.whimbrel.runner.flyway;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.runner.tool.GuardedSession;
import dev.whimbrel.runner.tool.RenderedPlan;
import java.sql.SQLException;

/**
 * A plan to go back to an older version.
 *
 * @param spec what people see and approve
 * @param execution what it says
 */
record UndoPlan(MigrationPlanSpec spec, UndoExecution execution) implements RenderedPlan {

  @Override
  public void carryOut(GuardedSession guarded, Runnable done) throws SQLException {
    execution.carryOut(guarded, done);
  }
}
