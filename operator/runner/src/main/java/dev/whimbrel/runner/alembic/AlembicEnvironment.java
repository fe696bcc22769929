package dev.whimbrel.runner.alembic;

import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.tool.OpenSource;
import dev.whimbrel.runner.tool.PreparedWork;
import dev.whimbrel.runner.tool.RenderedPlan;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** An Alembic environment in the image beside us, ready to be called. */
final class AlembicEnvironment implements OpenSource {

  private final Job job;
  private final Bridge bridge;
  private final AlembicCommand command;

  AlembicEnvironment(Job job, Bridge bridge) {
    this.job = job;
    this.bridge = bridge;
    this.command = new AlembicCommand(job, bridge);
  }

  @Override
  public RenderedPlan plan(Session session, Boolean pointInTimeRecovery) throws SQLException {
    Standing standing = Standing.of(job, command, session, VersionRows.DEFAULT_NAME);
    return new AlembicPlanner(job, bridge, command, standing, null)
        .plan(session, pointInTimeRecovery);
  }

  @Override
  public RenderedPlan planAgain(Session session, Boolean pointInTimeRecovery, ExpectedPlan expected)
      throws SQLException {
    Standing standing = Standing.of(job, command, session, versionTable(expected));
    return new AlembicPlanner(job, bridge, command, standing, expected)
        .plan(session, pointInTimeRecovery);
  }

  @Override
  public PreparedWork wayBack(Session session, ExpectedPlan plan, List<ExpectedRevision> done)
      throws SQLException {
    Standing standing = Standing.of(job, command, session, versionTable(plan));
    String to = plan.from() == null ? "" : plan.from();
    List<RevisionNode> downwards = new ArrayList<>();
    for (ExpectedRevision revision : done.reversed()) {
      downwards.add(
          standing
              .graph()
              .find(revision.version())
              .orElseThrow(() -> noWayBack(revision, "the source does not have it any more")));
    }
    requireInPlace(standing, downwards, to);
    RevisionSources sources = RevisionSources.read(bridge, downwards);
    List<RenderedRevision> rendered =
        new Renderer(command, standing.graph()).downgrade(downwards, to);
    for (ExpectedRevision revision : done) {
      RenderedRevision down =
          rendered.stream()
              .filter(r -> r.node().id().equals(revision.version()))
              .findFirst()
              .orElseThrow(() -> noWayBack(revision, "Alembic does not render its downgrade"));
      if (revision.undo() == null || !down.previewed()) {
        throw noWayBack(revision, "the plan holds none");
      }
      if (!revision.undo().equals(WaysBack.hash(down, sources.of(down.node())))) {
        throw noWayBack(revision, "its downgrade is not the one that was approved");
      }
    }
    Trees trees = new Trees(new PgQuery(1));
    return new AlembicWork(
        job,
        command,
        standing.graph(),
        AlembicWork.indexes(trees, rendered),
        Stretch.downgrades(trees, rendered, to),
        true,
        standing.rows());
  }

  @Override
  public String whole(PlannedRevision revision) {
    return "Read it in the image of this plan: file "
        + revision.script()
        + ", and alembic upgrade FROM:"
        + revision.version()
        + " --sql, FROM being the revision before it, prints its SQL";
  }

  private void requireInPlace(Standing standing, List<RevisionNode> downwards, String to) {
    List<RevisionNode> upwards = downwards.reversed();
    boolean starts =
        upwards.isEmpty()
            || upwards.getFirst().needed().equals(to.isEmpty() ? List.of() : List.of(to));
    boolean ends = upwards.isEmpty() || standing.from().equals(upwards.getLast().id());
    if (!RevisionGraph.isLine(upwards) || !starts || !ends) {
      throw StepFailure.permanent(
          "NoWayBack",
          job.databaseName()
              + " is at revision \""
              + standing.from()
              + "\", from where the revisions of the plan cannot be undone one by one: look at the"
              + " branches of the source and plan a downgrade");
    }
  }

  private static String versionTable(ExpectedPlan plan) {
    return plan.settings().getOrDefault(Settings.VERSION_TABLE, VersionRows.DEFAULT_NAME);
  }

  private static StepFailure noWayBack(ExpectedRevision revision, String why) {
    return StepFailure.permanent(
        "NoWayBack", "revision " + revision.version() + " cannot be undone: " + why);
  }
}
