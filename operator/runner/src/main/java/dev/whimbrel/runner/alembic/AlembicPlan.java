package dev.whimbrel.runner.alembic;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.guard.WatchedSessions;
import dev.whimbrel.runner.tool.GuardedSession;
import dev.whimbrel.runner.tool.RenderedPlan;
import java.sql.SQLException;

/**
 * A plan and the work that carries it out.
 *
 * @param spec what people see and approve
 * @param work the calls of Alembic
 */
record AlembicPlan(MigrationPlanSpec spec, AlembicWork work) implements RenderedPlan {

  @Override
  public WatchedSessions watched(Session session) {
    return work.watched(session);
  }

  @Override
  public void carryOut(GuardedSession guarded, Runnable done) throws SQLException {
    work.carryOut(guarded, done);
  }
}
