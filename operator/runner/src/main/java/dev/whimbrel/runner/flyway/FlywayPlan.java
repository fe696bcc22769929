package dev.whimbrel.runner.flyway;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.runner.tool.GuardedSession;
import dev.whimbrel.runner.tool.RenderedPlan;
import dev.whimbrel.runner.tool.Revision;
import java.sql.SQLException;
import java.util.List;

/**
 * A plan of revisions that Flyway carries out.
 *
 * @param spec what people see and approve
 * @param revisions in the order of the plan
 * @param source the files that were rendered
 */
record FlywayPlan(MigrationPlanSpec spec, List<Revision> revisions, FlywaySource source)
    implements RenderedPlan {

  FlywayPlan {
    revisions = List.copyOf(revisions);
  }

  /** The revisions that are executed one by one: all but callbacks. */
  List<Revision> executed() {
    return revisions.stream()
        .filter(revision -> RevisionKind.of(revision) != RevisionKind.CALLBACK)
        .toList();
  }

  @Override
  public void carryOut(GuardedSession guarded, Runnable done) throws SQLException {
    new Execution(this, guarded).run(done);
  }
}
