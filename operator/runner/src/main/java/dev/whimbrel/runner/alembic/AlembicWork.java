package dev.whimbrel.runner.alembic;

import dev.whimbrel.analysis.Statement;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import dev.whimbrel.runner.guard.WatchedSessions;
import dev.whimbrel.runner.tool.GuardedSession;
import dev.whimbrel.runner.tool.PreparedWork;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Calls of Alembic that are ready to be made.
 *
 * @param revisions in the order in which they run
 * @param rows of Alembic's table when they were prepared
 */
record AlembicWork(
    Job job,
    AlembicCommand command,
    RevisionGraph graph,
    List<RenderedRevision> revisions,
    List<Stretch> stretches,
    boolean downgrade,
    VersionRows rows)
    implements PreparedWork {

  @Override
  public WatchedSessions watched(Session session) {
    try {
      return ToolSessions.after(job.input(), session);
    } catch (SQLException e) {
      throw new StepFailure(
          SqlErrors.end("the sessions of " + job.databaseName() + " cannot be listed", e));
    }
  }

  @Override
  public void carryOut(GuardedSession guarded, Runnable done) throws SQLException {
    Map<String, List<Statement>> statements =
        revisions.stream()
            .collect(Collectors.toMap(r -> r.node().id(), r -> r.section().statements()));
    VersionRows now = rows.again(job, guarded.session());
    new AlembicExecution(guarded, command, graph, statements, downgrade, now).run(stretches, done);
  }
}
