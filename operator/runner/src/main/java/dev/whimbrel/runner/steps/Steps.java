package dev.whimbrel.runner.steps;

import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.SqlErrors;
import java.sql.SQLException;
import java.util.Arrays;

/** Carries out steps. */
public final class Steps {

  private static final int FRAMES = 12;

  private Steps() {}

  /** Carries out one step; never throws. */
  public static StepEnd run(Step step, Job job) {
    try {
      return switch (step) {
        case INSPECT -> new InspectStep(job).run();
        case PLAN -> new PlanStep(job).run();
        case BACKUP -> new BackupStep(job).run();
        case MIGRATE -> new MigrateStep(job).run();
        case VERIFY -> new VerifyStep(job).run();
        case ROLLBACK ->
            StepEnd.permanent("NoWayBack", "this plan holds no way back for its source", null);
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
