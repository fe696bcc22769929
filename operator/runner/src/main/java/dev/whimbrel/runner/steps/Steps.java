package dev.whimbrel.runner.steps;

import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.LockHolders;
import dev.whimbrel.runner.database.SqlErrors;
import dev.whimbrel.runner.tool.MigrationTool;
import java.sql.SQLException;
import java.util.Arrays;

/** Carries out the steps of one Job, one after the other, with one and the same tool. */
public final class Steps implements AutoCloseable {

  private static final int FRAMES = 12;

  private final Job job;
  private MigrationTool tool;

  /** The steps of this Job; the tool begins with the first step that needs it. */
  public Steps(Job job) {
    this.job = job;
  }

  /** Carries out one step; never throws. */
  public StepEnd run(Step step) {
    StepEnd end = carryOut(step);
    // Who is in the way of a statement that runs, the guard says.
    return step == Step.PLAN ? LockHolders.named(job, end) : end;
  }

  private StepEnd carryOut(Step step) {
    try {
      if (step != Step.PLAN) {
        // A plan says it together with whatever else is wrong.
        job.secrets().require();
      }
      return switch (step) {
        case INSPECT -> new InspectStep(job, tool()).run();
        case PLAN ->
            job.input().restore() == null
                ? new PlanStep(job, tool()).run()
                : new RestoreSteps(job).plan();
        case BACKUP -> new BackupStep(job).run();
        case MIGRATE -> new MigrateStep(job, tool()).run();
        case VERIFY -> new VerifyStep(job, tool()).run();
        case ROLLBACK -> new RollbackStep(job, tool()).run();
        case RESTORE -> new RestoreSteps(job).restore();
        case TRAFFIC -> new TrafficStep(job).run();
      };
    } catch (StepFailure e) {
      return e.end();
    } catch (SQLException e) {
      return SqlErrors.end("step " + step.word() + " on " + job.databaseName(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return StepEnd.transientFailure(
          "Interrupted", "step " + step.word() + " was interrupted", null);
    } catch (RuntimeException e) {
      return bug(step, e);
    }
  }

  /** Ends the tool. */
  @Override
  public void close() {
    if (tool != null) {
      tool.close();
    }
  }

  private MigrationTool tool() {
    if (tool == null) {
      tool = Tools.of(job);
    }
    return tool;
  }

  private StepEnd bug(Step step, RuntimeException e) {
    // A bug of ours: the class names help whoever reads the report, the message may hold data.
    job.log().warn("Bug", "step", step.word(), "trace", trace(e));
    return StepEnd.permanent(
        "Bug",
        "step "
            + step.word()
            + " failed with "
            + e.getClass().getName()
            + "; this is a defect of Whimbrel, the pod's log has the stack trace",
        null);
  }

  private static String trace(Throwable error) {
    StringBuilder trace = new StringBuilder();
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      trace.append(cause.getClass().getName()).append(": ").append(cause.getMessage()).append('\n');
      Arrays.stream(cause.getStackTrace())
          .limit(FRAMES)
          .forEach(element -> trace.append("  at ").append(element).append('\n'));
    }
    return trace.toString();
  }
}
