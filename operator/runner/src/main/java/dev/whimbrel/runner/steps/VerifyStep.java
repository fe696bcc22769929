package dev.whimbrel.runner.steps;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.protocol.ExitCode;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.database.Connections;
import dev.whimbrel.runner.database.Preflight;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.guard.GuardReport;
import dev.whimbrel.runner.tool.History;
import dev.whimbrel.runner.tool.MigrationTool;
import dev.whimbrel.runner.tool.PlanProgress;
import dev.whimbrel.runner.verify.KeptBackup;
import dev.whimbrel.runner.verify.Verification;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks that the database is where the plan says, and that the checks of the spec hold. Read-only:
 * a failed verification never changes the schema back.
 */
final class VerifyStep {

  private final Job job;
  private final MigrationTool tool;

  VerifyStep(Job job, MigrationTool tool) {
    this.job = job;
    this.tool = tool;
  }

  StepEnd run() throws SQLException, InterruptedException {
    try (Session session = Connections.of(job).readOnly()) {
      Preflight.requirePrimary(job, session);
      History history = tool.history(session, job.expectedPlan());
      job.report().current(history.current());
      List<CheckResult> results = new ArrayList<>();
      Optional<StepEnd> failed = revisions(history);
      results.add(
          new CheckResult(
              "revision",
              failed.isEmpty() ? CheckResult.PASSED : CheckResult.FAILED,
              null,
              history.current(),
              failed.map(StepEnd::message).orElse(null)));
      job.report().rehearsal().ifPresent(results::add);
      KeptBackup.of(job).ifPresent(results::add);
      if (failed.isEmpty()) {
        // Of another revision than the plan's the checks would say nothing.
        results.addAll(new Verification(job, session).run());
      }
      publish(results);
      return failed.orElseGet(() -> judge(results, history.current()));
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

  private StepEnd judge(List<CheckResult> results, String current) {
    List<String> failed = messages(results, CheckResult.FAILED);
    if (!failed.isEmpty()) {
      return failed(
          "CheckFailed",
          failed.getFirst()
              + (failed.size() == 1
                  ? ""
                  : "; " + (failed.size() - 1) + " more of " + results.size() + " checks fail"));
    }
    List<String> warned = messages(results, CheckResult.WARNED);
    long passed = results.stream().filter(r -> r.result().equals(CheckResult.PASSED)).count();
    return StepEnd.done(
        Outcome.VERIFIED,
        "Verified",
        job.databaseName()
            + " is at version \""
            + current
            + "\" and "
            + passed
            + " checks hold"
            + (warned.isEmpty() ? "" : "; look at this: " + String.join("; ", warned)));
  }

  private static List<String> messages(List<CheckResult> results, String result) {
    return results.stream()
        .filter(check -> check.result().equals(result))
        .map(CheckResult::message)
        .toList();
  }

  /** Into the log, from where they go to the status of the plan, with what the guard saw. */
  private void publish(List<CheckResult> verified) {
    List<CheckResult> results =
        new ArrayList<>(job.report().guarded().map(GuardReport::checks).orElse(List.of()));
    results.addAll(verified);
    Publication.of(job, results);
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
