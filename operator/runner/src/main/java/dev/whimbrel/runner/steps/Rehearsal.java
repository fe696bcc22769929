package dev.whimbrel.runner.steps;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Catalog;
import dev.whimbrel.runner.database.CatalogDifference;
import dev.whimbrel.runner.tool.MigrationTool;
import dev.whimbrel.runner.tool.OpenSource;
import dev.whimbrel.runner.tool.RenderedPlan;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Tries the way back of a plan: carries it out, undoes it and carries it out again, all under one
 * lock and within the limit of one migration, and looks at the catalog in between. Whatever goes
 * wrong ends it there: what is in then, the history tells.
 */
final class Rehearsal {

  /** The name under which the result goes to the status of the plan. */
  static final String CHECK = "rehearsal";

  private final Job job;
  private final MigrationTool tool;
  private final ExclusiveSession exclusive;
  private final Undoing undoing;
  private Instant end;

  Rehearsal(Job job, MigrationTool tool, ExclusiveSession exclusive, OpenSource source) {
    this.job = job;
    this.tool = tool;
    this.exclusive = exclusive;
    this.undoing = new Undoing(job, tool, exclusive, source);
  }

  /**
   * Rehearses.
   *
   * @param limit how long all of it may take
   * @return how the step ends where it did not come to its end
   * @throws StepFailure where a revision failed, up or down
   */
  Optional<StepEnd> run(RenderedPlan work, ExpectedPlan plan, Duration limit) throws SQLException {
    end = job.clock().instant().plus(limit);
    List<String> before = catalog(plan);
    Optional<StepEnd> stopped = part("carrying it out", () -> carryOut(work));
    if (stopped.isPresent()) {
      return stopped;
    }
    List<String> upgraded = catalog(plan);
    String rows = rows();
    stopped = part("undoing it", () -> undo(plan));
    if (stopped.isPresent()) {
      return stopped;
    }
    List<String> undone = catalog(plan);
    stopped = part("carrying it out again", () -> carryOut(work));
    if (stopped.isPresent()) {
      return stopped;
    }
    CatalogDifference back = CatalogDifference.between(before, undone);
    CatalogDifference again = CatalogDifference.between(upgraded, catalog(plan));
    boolean same = back.isEmpty() && again.isEmpty();
    job.report()
        .rehearsed(
            new CheckResult(
                CHECK,
                same ? CheckResult.PASSED : CheckResult.WARNED,
                Catalog.fingerprint(before),
                Catalog.fingerprint(undone),
                describe(work.spec(), rows, back, again)));
    return Optional.empty();
  }

  private Optional<StepEnd> carryOut(RenderedPlan work) throws SQLException {
    AtomicInteger done = new AtomicInteger();
    return exclusive.carryOut(work, left(), () -> job.report().applied(done.incrementAndGet()));
  }

  private Optional<StepEnd> undo(ExpectedPlan plan) throws SQLException {
    Optional<StepEnd> stopped = undoing.undo(plan, undoing.whatIsIn(plan), left());
    return stopped.isPresent() ? stopped : undoing.left(plan);
  }

  private Duration left() {
    return Duration.between(job.clock().instant(), end);
  }

  private List<String> catalog(ExpectedPlan plan) throws SQLException {
    return exclusive.readOnly(session -> tool.history(session, Optional.of(plan)).catalog(session));
  }

  /** As the server estimates them: a rehearsal of an empty database proves little. */
  private String rows() throws SQLException {
    return exclusive.readOnly(session ->
        "about "
            + session.number("SELECT coalesce(sum(n_live_tup), 0) FROM pg_stat_user_tables")
            + " rows in "
            + session.number("SELECT count(*) FROM pg_stat_user_tables")
            + " tables");
  }

  private Optional<StepEnd> part(String name, Part part) throws SQLException {
    job.log().info("Rehearsal", "part", name);
    if (!left().isPositive()) {
      return Optional.of(
          StepEnd.stopped(
              Kind.PERMANENT,
              "DeadlineExceeded",
              "rehearsal, "
                  + name
                  + ": the time of the migration is over: raise spec.run.deadline"
                  + " (onlineDeadline for CONCURRENTLY), which is for all of it"));
    }
    try {
      return part.run().map(stopped -> during(name, stopped));
    } catch (StepFailure e) {
      throw new StepFailure(during(name, e.end()));
    }
  }

  private static StepEnd during(String name, StepEnd stopped) {
    return new StepEnd(
        stopped.outcome(),
        stopped.exit(),
        stopped.kind(),
        stopped.reason(),
        "rehearsal, " + name + ": " + stopped.message(),
        stopped.sqlState());
  }

  private String describe(
      MigrationPlanSpec plan, String rows, CatalogDifference back, CatalogDifference again) {
    String found =
        back.isEmpty()
            ? "undone, the schema was as before"
            : "undone, the schema was not as before: " + back.text();
    String second =
        again.isEmpty() ? "" : "; carried out again, it became another: " + again.text();
    String losing =
        plan.recorded().stream()
            .filter(revision -> revision.undo() != null)
            .filter(revision -> WayBack.WITH_LOSS.equals(revision.undo().grade()))
            .map(PlannedRevision::script)
            .collect(Collectors.joining(", "));
    return found
        + second
        + (losing.isEmpty() ? "" : "; undoing " + losing + " discards something")
        + "; rehearsed "
        + job.clock().instant().truncatedTo(ChronoUnit.SECONDS)
        + " in "
        + job.databaseName()
        + " with "
        + rows
        + "; not tested: production data, later writes, timing";
  }

  /** A part of the rehearsal. */
  private interface Part {

    Optional<StepEnd> run() throws SQLException;
  }
}
