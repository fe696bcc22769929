package dev.whimbrel.runner;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.guard.GuardReport;
import dev.whimbrel.runner.tool.ExpectedPlans;
import dev.whimbrel.runner.verify.Baseline;
import java.util.Optional;

/**
 * What the steps of this Job have learned so far; whichever step is the last, the result carries
 * all of it. Thread-safe, since a signal may ask for the result at any moment.
 */
public final class Report {

  private Step step;
  private RunnerResult.Document document;
  private MigrationPlanSpec plan;
  private String currentRevision;
  private String hash;
  private String risk;
  private Integer pending;
  private Integer applied;
  private Boolean online;
  private RunnerResult.RestorePoint restorePoint;
  private RunnerResult.Backup backup;
  private RunnerResult.Document checks;
  private Baseline baseline;
  private GuardReport guarded;
  private CheckResult rehearsal;
  private RunnerResult.Document traffic;
  private Boolean trafficMoved;

  /** A step begins. */
  public synchronized void begin(Step begun) {
    step = begun;
  }

  /** The step that was begun last, if any. */
  public synchronized Optional<Step> step() {
    return Optional.ofNullable(step);
  }

  /** The plan that was made in this Job. */
  public synchronized void planned(MigrationPlanSpec made, RunnerResult.Document written) {
    plan = made;
    document = written;
    hash = made.hash();
    risk = made.risk();
    pending = ExpectedPlans.recorded(ExpectedPlan.of(made)).size();
    online = made.online();
    currentRevision = made.from() == null ? "" : made.from();
  }

  /** The plan that was made in this Job, if one was. */
  public synchronized Optional<MigrationPlanSpec> plan() {
    return Optional.ofNullable(plan);
  }

  /** The plan that is carried out, inspected or verified. */
  public synchronized void plan(String expectedHash, int revisions) {
    hash = expectedHash;
    pending = revisions;
  }

  /** The history's revision; empty for an empty history. */
  public synchronized void current(String revision) {
    currentRevision = revision;
  }

  /** How many revisions of the plan are recorded as done. */
  public synchronized void applied(int count) {
    applied = count;
  }

  /** What there was to go back to, just before the first statement. */
  public synchronized void restorePoint(RunnerResult.RestorePoint found) {
    restorePoint = found;
  }

  /** A backup was seen. */
  public synchronized void backup(RunnerResult.Backup seen) {
    backup = seen;
  }

  /** What every check of the verification found is in the log. */
  public synchronized void checks(RunnerResult.Document written) {
    checks = written;
  }

  /** What was measured before the first statement. */
  public synchronized void baseline(Baseline measured) {
    baseline = measured;
  }

  /** What was measured before the first statement, where this Job did so. */
  public synchronized Optional<Baseline> baseline() {
    return Optional.ofNullable(baseline);
  }

  /** What the guard saw while revisions were carried out. */
  public synchronized void guarded(GuardReport seen) {
    guarded = guarded == null ? seen : guarded.and(seen);
  }

  /** The same, where this Job carried out revisions. */
  public synchronized Optional<GuardReport> guarded() {
    return Optional.ofNullable(guarded);
  }

  /** The plan was rehearsed to the end, and this was found. */
  public synchronized void rehearsed(CheckResult found) {
    rehearsal = found;
  }

  /** What a rehearsal in this Job found, if there was one. */
  public synchronized Optional<CheckResult> rehearsal() {
    return Optional.ofNullable(rehearsal);
  }

  /** Who served before the first statement is in the log. */
  public synchronized void traffic(RunnerResult.Document written) {
    traffic = written;
  }

  /** A recorded split of traffic was put back, or served still. */
  public synchronized void trafficMoved(boolean moved) {
    trafficMoved = moved;
  }

  /** The result, if the step that was begun last ends like this. */
  public synchronized RunnerResult result(RunnerInput input, StepEnd end, Log log) {
    return result(input, end, log, rehearsal != null).withTraffic(traffic, trafficMoved);
  }

  private RunnerResult result(RunnerInput input, StepEnd end, Log log, boolean rehearsed) {
    return new RunnerResult(
        RunnerInput.VERSION,
        input.run(),
        input.attempt(),
        step == null ? input.steps().getFirst() : step,
        end.outcome(),
        end.kind(),
        end.reason(),
        log.redact(end.message()),
        end.sqlState(),
        document,
        currentRevision,
        hash,
        risk,
        pending,
        applied,
        online,
        restorePoint,
        backup,
        checks,
        rehearsed ? true : null);
  }
}
