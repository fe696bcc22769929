package dev.whimbrel.runner.flyway;

import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.tool.History;
import dev.whimbrel.runner.tool.MigrationTool;
import dev.whimbrel.runner.tool.OpenSource;
import java.sql.SQLException;
import java.util.Optional;

/** Flyway, inside this process. */
public final class FlywayTool implements MigrationTool {

  private final Job job;

  /** The tool of a Job whose source is Flyway's. */
  public FlywayTool(Job job) {
    this.job = job;
  }

  @Override
  public String name() {
    return "Flyway";
  }

  @Override
  public OpenSource open() {
    return new Planner(job, FlywaySource.read(job));
  }

  @Override
  public History history(Session session, Optional<ExpectedPlan> plan) throws SQLException {
    return HistoryTable.read(job, session, HistoryPlace.of(plan, job.input().flyway()));
  }

  /** A group runs in one transaction or, where one of its scripts refuses that, in none at all. */
  @Override
  public boolean isAtomic(ExpectedRevision revision, ExpectedPlan plan) {
    String planned = plan.settings().get(Planner.GROUP);
    boolean group = planned == null ? job.input().flyway().group() : Boolean.parseBoolean(planned);
    return revision.transactional()
        && (!group || plan.revisions().stream().allMatch(ExpectedRevision::transactional));
  }

  @Override
  public boolean changesIndexesOnly(ExpectedRevision revision) {
    return SourceProof.changesIndexesOnly(job, revision);
  }

  /** Nothing to end: Flyway lives in this process, and its sessions are ours. */
  @Override
  public void close() {}
}
