package dev.whimbrel.runner.steps;

import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.UnreadableSql;
import dev.whimbrel.protocol.ExitCode;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput.Check;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.database.Catalog;
import dev.whimbrel.runner.database.Connections;
import dev.whimbrel.runner.database.Preflight;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import dev.whimbrel.runner.tool.History;
import dev.whimbrel.runner.tool.MigrationTool;
import dev.whimbrel.runner.tool.PlanProgress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checks that the database is where the plan says, and that the checks of the spec hold. Read-only:
 * a failed verification never changes the schema back.
 */
final class VerifyStep {

  private static final int CHECK_TIMEOUT_SECONDS = 30;

  private final Job job;
  private final MigrationTool tool;

  VerifyStep(Job job, MigrationTool tool) {
    this.job = job;
    this.tool = tool;
  }

  StepEnd run() throws SQLException {
    try (Session session = Connections.of(job).readOnly()) {
      Preflight.requirePrimary(job, session);
      History history = tool.history(session, job.expectedPlan());
      job.report().current(history.current());
      Optional<StepEnd> failed = revisions(history);
      if (failed.isPresent()) {
        return failed.get();
      }
      warnings(session);
      for (Check check : job.input().checks()) {
        Optional<String> broken = broken(session, check);
        if (broken.isPresent()) {
          return failed("CheckFailed", "check \"" + check.name() + "\" " + broken.get());
        }
      }
      return StepEnd.done(
          Outcome.VERIFIED,
          "Verified",
          job.databaseName()
              + " is at version \""
              + history.current()
              + "\" and "
              + job.input().checks().size()
              + " checks hold");
    }
  }

  private Optional<StepEnd> revisions(History history) {
    Optional<ExpectedPlan> plan = job.expectedPlan();
    if (plan.isEmpty()) {
      return Optional.empty();
    }
    PlanProgress progress = PlanProgress.of(plan.get(), history);
    if (job.input().plan() != null) {
      job.report().plan(plan.get().hash(), progress.revisions().size());
    }
    job.report().applied(progress.done().size());
    if (!progress.isComplete()) {
      return Optional.of(
          failed(
              "NotRecorded",
              "only "
                  + progress.done().size()
                  + " of the plan's "
                  + progress.revisions().size()
                  + " revisions are in the history"));
    }
    if (!history.current().equals(plan.get().to())) {
      return Optional.of(
          failed(
              "OtherRevision",
              "the history is at version \""
                  + history.current()
                  + "\", the plan ends at \""
                  + plan.get().to()
                  + "\""));
    }
    return Optional.empty();
  }

  private void warnings(Session session) throws SQLException {
    Set<String> invalid = Catalog.invalidIndexes(session);
    if (!invalid.isEmpty()) {
      job.log().warn("Invalid indexes", "indexes", String.join(", ", invalid));
    }
    Set<String> unvalidated = Catalog.unvalidatedConstraints(session);
    if (!unvalidated.isEmpty()) {
      job.log().warn("Constraints not validated", "constraints", String.join(", ", unvalidated));
    }
  }

  /** Why the check does not hold; empty where it does. */
  private Optional<String> broken(Session session, Check check) {
    if (!isOneSelect(check.query())) {
      return Optional.of("is not one SELECT: correct spec.verify.sql");
    }
    try (java.sql.Statement statement = session.connection().createStatement()) {
      statement.setQueryTimeout(CHECK_TIMEOUT_SECONDS);
      try (ResultSet rows = statement.executeQuery(check.query())) {
        boolean one = rows.next();
        boolean holds =
            one && rows.getMetaData().getColumnCount() == 1 && "t".equals(rows.getString(1));
        if (!one || rows.next() || rows.getMetaData().getColumnCount() != 1) {
          return Optional.of("does not return one row of one column: correct spec.verify.sql");
        }
        return holds ? Optional.empty() : Optional.of("is not true");
      }
    } catch (SQLException e) {
      return Optional.of(
          "failed: " + SqlErrors.message(e) + " (SQLSTATE " + SqlErrors.state(e) + ")");
    }
  }

  private static boolean isOneSelect(String query) {
    try {
      List<Statement> statements = Tokenizer.statements(query);
      return statements.size() == 1
          && (statements.getFirst().starts("SELECT") || statements.getFirst().starts("WITH"));
    } catch (UnreadableSql e) {
      return false;
    }
  }

  private StepEnd failed(String reason, String what) {
    return new StepEnd(
        Outcome.VERIFICATION_FAILED,
        ExitCode.PERMANENT,
        Kind.PERMANENT,
        reason,
        what + " (" + job.databaseName() + "); the schema is left as it is",
        null);
  }
}
