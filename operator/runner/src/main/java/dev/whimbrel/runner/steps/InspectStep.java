package dev.whimbrel.runner.steps;

import dev.whimbrel.protocol.ExitCode;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.database.AdvisoryLock;
import dev.whimbrel.runner.database.Connections;
import dev.whimbrel.runner.database.Preflight;
import dev.whimbrel.runner.database.RunSessions;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.tool.History;
import dev.whimbrel.runner.tool.MigrationTool;
import dev.whimbrel.runner.tool.PlanProgress;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Says what became of a plan: read-only, from the history and the catalog, once no session of the
 * run is left. What cannot be proven is Unknown.
 */
final class InspectStep {

  private final Job job;
  private final MigrationTool tool;

  InspectStep(Job job, MigrationTool tool) {
    this.job = job;
    this.tool = tool;
  }

  StepEnd run() throws SQLException {
    Connections connections = Connections.of(job);
    try (Session watcher = connections.watcher()) {
      Preflight.requirePrimary(job, watcher);
      Optional<String> left = RunSessions.leftBehind(job.input(), watcher);
      if (left.isPresent()) {
        return waiting(left.get());
      }
      // Seen even where the session belongs to another user, whose name and state are hidden.
      List<String> executing = AdvisoryLock.holders(job, watcher);
      if (!executing.isEmpty()) {
        return waiting(String.join("; ", executing));
      }
      Optional<String> ofTool = tool.leftBehind(watcher);
      if (ofTool.isPresent()) {
        return waiting(ofTool.get());
      }
    }
    try (Session session = connections.readOnly()) {
      ExpectedPlan plan = job.input().plan();
      History history = tool.history(session, Optional.ofNullable(plan));
      job.report().current(history.current());
      if (plan == null) {
        return StepEnd.done(
            Outcome.UNTOUCHED,
            "NoSessionLeft",
            "no session of the run is left; "
                + job.databaseName()
                + " is at version \""
                + history.current()
                + "\"");
      }
      return judge(plan, history, session);
    }
  }

  private StepEnd judge(ExpectedPlan plan, History history, Session session) throws SQLException {
    PlanProgress progress = PlanProgress.of(plan, history);
    List<ExpectedRevision> revisions = progress.revisions();
    int recorded = progress.done().size();
    job.report().plan(plan.hash(), revisions.size());
    job.report().applied(recorded);
    Optional<String> failed = history.failedScript();
    if (failed.isPresent()) {
      return unknown(
          "FailedRow",
          "the history says that "
              + failed.get()
              + " failed; it did not run in a transaction, so"
              + " parts of it may be in");
    }
    if (progress.isComplete()) {
      return StepEnd.done(
          Outcome.UP_TO_DATE,
          "UpToDate",
          "all "
              + recorded
              + " revisions of the plan are "
              + (plan.downgrade() ? "out of the history" : "recorded"));
    }
    Optional<ExpectedRevision> foreign =
        revisions.stream().filter(history::contradicts).findFirst();
    if (foreign.isPresent()) {
      return unknown(
          "ForeignRevision",
          "version "
              + foreign.get().version()
              + " is recorded with another content than the plan's");
    }
    Optional<ExpectedRevision> gap = progress.gap();
    if (gap.isPresent()) {
      return unknown("Gap", gap.get().script() + " is not recorded, but a later revision is");
    }
    return recorded == 0
        ? nothingRecorded(plan, revisions.getFirst(), history, session)
        : partlyRecorded(plan, revisions, recorded);
  }

  private StepEnd nothingRecorded(
      ExpectedPlan plan, ExpectedRevision first, History history, Session session)
      throws SQLException {
    String from = plan.from() == null ? "" : plan.from();
    if (!history.current().equals(from)) {
      return unknown(
          "OtherHistory",
          "nothing of the plan is recorded, but the database is at version \""
              + history.current()
              + "\" instead of \""
              + plan.from()
              + "\"");
    }
    if (!history.isAsPlanned(session, plan)) {
      return unknown(
          "SchemaDiffers",
          "nothing of the plan is recorded, but the catalog is not as it was when the plan was"
              + " made: parts of "
              + first.script()
              + " may be in, or somebody else changed it");
    }
    if (!tool.isAtomic(first, plan) && !tool.changesIndexesOnly(first)) {
      return unknown(
          "MayHaveChangedData",
          "nothing of the plan is recorded and the catalog is unchanged, but "
              + first.script()
              + " runs without a transaction and may have changed data");
    }
    return StepEnd.done(
        Outcome.UNTOUCHED,
        "Untouched",
        "nothing of the plan is recorded, the catalog is as planned, and no session is left");
  }

  private StepEnd partlyRecorded(
      ExpectedPlan plan, List<ExpectedRevision> revisions, int recorded) {
    ExpectedRevision next = revisions.get(recorded);
    if (!tool.isAtomic(next, plan)) {
      return unknown(
          "BetweenRevisions",
          recorded
              + " of "
              + revisions.size()
              + " revisions are in; "
              + next.script()
              + " is not recorded, but runs without a transaction, so parts of it may be in");
    }
    return StepEnd.done(
        Outcome.PARTIAL,
        "Partial",
        recorded
            + " of "
            + revisions.size()
            + " revisions are in, up to "
            + revisions.get(recorded - 1).script()
            + "; "
            + next.script()
            + " and what follows is not");
  }

  private StepEnd unknown(String reason, String what) {
    return StepEnd.done(
        Outcome.UNKNOWN,
        reason,
        what + "; look at " + job.databaseName() + ", put it right, then retry or acknowledge");
  }

  private StepEnd waiting(String sessions) {
    return new StepEnd(
        Outcome.WAITING_FOR_ORPHAN,
        ExitCode.TRANSIENT,
        Kind.TRANSIENT,
        "WaitingForOrphan",
        "a session of the run is still connected to "
            + job.databaseName()
            + ": "
            + sessions
            + "; nothing is decided before it ends",
        null);
  }
}
