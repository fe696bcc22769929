package dev.whimbrel.runner.alembic;

import dev.whimbrel.analysis.OnlineWork.ConcurrentIndex;
import dev.whimbrel.analysis.Trees;
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
 * @param indexes that each revision makes CONCURRENTLY, by its id
 * @param rows of Alembic's table when they were prepared
 */
record AlembicWork(
    Job job,
    AlembicCommand command,
    RevisionGraph graph,
    Map<String, List<ConcurrentIndex>> indexes,
    List<Stretch> stretches,
    boolean downgrade,
    VersionRows rows)
    implements PreparedWork {

  AlembicWork {
    indexes = Map.copyOf(indexes);
  }

  /** The indexes that revisions make CONCURRENTLY, by their ids. */
  static Map<String, List<ConcurrentIndex>> indexes(Trees trees, List<RenderedRevision> revisions) {
    return revisions.stream()
        .collect(
            Collectors.toMap(
                revision -> revision.node().id(), revision -> revision.online(trees).indexes()));
  }

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
    VersionRows now = rows.again(job, guarded.session());
    new AlembicExecution(guarded, command, graph, indexes, downgrade, now).run(stretches, done);
  }
}
