package dev.whimbrel.runner.steps;

import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.alembic.AlembicTool;
import dev.whimbrel.runner.flyway.FlywayTool;
import dev.whimbrel.runner.tool.MigrationTool;

/** Which tool the source of a Job belongs to. */
final class Tools {

  private Tools() {}

  /**
   * The tool of the Job.
   *
   * @throws StepFailure where its input names no source that this runner knows
   */
  static MigrationTool of(Job job) {
    if (job.input().flyway() != null) {
      return new FlywayTool(job);
    }
    if (job.input().alembic() != null) {
      return new AlembicTool(job);
    }
    throw StepFailure.permanent(
        "BadInput", RunnerInput.VARIABLE + " names no source that this runner can carry out");
  }
}
