package dev.whimbrel.runner.steps;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.protocol.ExitCode;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.LogDocument;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Connections;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.preflight.PlanChecks;
import dev.whimbrel.runner.preflight.PreflightTable;
import dev.whimbrel.runner.tool.MigrationTool;
import dev.whimbrel.runner.tool.OpenSource;
import dev.whimbrel.runner.tool.ShownPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * Makes a plan and prints it. Read-only. In a Job that also migrates, goes on only where the gate
 * allows the plan's risk, and only once the operator has recorded the plan and says so; where it
 * says otherwise the Job ends at once.
 */
final class PlanStep {

  private static final String TOLD = Whimbrel.PLAN_RECORDED_ANNOTATION + "=";
  private static final long POLL_MILLIS = 20;

  private final Job job;
  private final MigrationTool tool;

  PlanStep(Job job, MigrationTool tool) {
    this.job = job;
    this.tool = tool;
  }

  StepEnd run() throws SQLException, InterruptedException {
    Made made = plan();
    MigrationPlanSpec plan = made.plan();
    String document = Json.write(ShownPlan.of(plan, made.source()::whole));
    LogDocument.lines(document).forEach(job.log()::raw);
    job.log().flush();
    job.report().planned(plan, LogDocument.describe(document));
    String what = describe(plan);
    if (plan.revisions().isEmpty()) {
      return StepEnd.done(Outcome.NOTHING_PENDING, "NothingPending", what);
    }
    StepEnd planned = StepEnd.done(Outcome.PLANNED, "Planned", what);
    return job.input().gate() == null ? planned : gate(plan, planned, job.input().gate());
  }

  private Made plan() throws SQLException {
    PreflightTable table = new PreflightTable();
    PlanChecks checks = new PlanChecks(job, table);
    checks.beforeTheBuild();
    checks.secrets();
    Optional<Connections> connections = checks.instance();
    checks.traffic();
    try (Session session = connections.flatMap(checks::session).orElse(null)) {
      if (session != null) {
        checks.server(connections.orElseThrow(), session);
        checks.guard(session);
      }
      if (!table.holds()) {
        throw refused(table);
      }
      Optional<OpenSource> source = table.check("tool", tool.name() + " is there", tool::open);
      if (source.isEmpty()) {
        throw refused(table);
      }
      MigrationPlanSpec plan =
          source
              .get()
              .plan(session, connections.orElseThrow().pointInTimeRecovery())
              .spec()
              .withPreflight(table.checks());
      return new Made(plan, source.get());
    }
  }

  /** A plan, and what it was made of. */
  private record Made(MigrationPlanSpec plan, OpenSource source) {}

  /** The whole list goes to the log, from where the operator takes it to the status. */
  private StepFailure refused(PreflightTable table) {
    Publication.of(job, table.checks());
    return new StepFailure(table.end());
  }

  private static String describe(MigrationPlanSpec plan) {
    String from = plan.from().isEmpty() ? "an empty history" : "version " + plan.from();
    if (plan.revisions().isEmpty()) {
      return "nothing is pending at " + from;
    }
    return plan.recorded().size()
        + " revisions are pending from "
        + from
        + " to "
        + plan.to()
        + ", risk "
        + plan.risk();
  }

  private StepEnd gate(MigrationPlanSpec plan, StepEnd planned, RunnerInput.Gate gate)
      throws InterruptedException {
    if (Risk.of(plan.risk()).compareTo(Risk.of(gate.maxRisk())) > 0) {
      return closed(planned, "the risk needs an approval or a backup first");
    }
    Instant until = job.clock().instant().plusSeconds(gate.waitSeconds());
    for (Optional<String> told = told(); !told.equals(Optional.of(plan.hash())); told = told()) {
      if (told.isPresent()) {
        return closed(planned, "the operator has recorded the plan, and it has to wait");
      }
      if (!job.clock().instant().isBefore(until)) {
        return closed(planned, "the plan was not recorded within " + gate.waitSeconds() + " s");
      }
      if (job.stop().await(POLL_MILLIS)) {
        return closed(planned, "the pod was told to end");
      }
    }
    job.log().info("The plan is recorded", "hash", plan.hash());
    return planned;
  }

  private static StepEnd closed(StepEnd planned, String why) {
    return new StepEnd(
        Outcome.PLANNED,
        ExitCode.PLAN_CHANGED,
        null,
        planned.reason(),
        planned.message() + "; nothing ran: " + why,
        null);
  }

  /**
   * What the operator says of the plan: its hash where it may be carried out here, anything else
   * where it may not; empty before. The kubelet replaces the file as a whole, so a read sees the
   * old or the new one.
   */
  private Optional<String> told() {
    Path file = job.mounts().annotations();
    try {
      return Files.exists(file)
          ? Files.readString(file)
              .lines()
              .filter(line -> line.startsWith(TOLD))
              .map(line -> line.substring(TOLD.length()).replace("\"", ""))
              .findFirst()
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
