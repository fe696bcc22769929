package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.SqlCheck;
import dev.whimbrel.engine.simulation.Weaknesses.Weakness;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** One pod: the runner's steps, cut where another actor could come in between. */
final class Runner {

  private static final Duration GATE = Duration.ofSeconds(15);

  /** A piece of work that nothing can come in the middle of. */
  private interface Work {
    void run();
  }

  private final SimulatedWorld world;
  private final SimulatedJob job;
  private final SimulatedDatabase database;
  private final String table;
  private final Deque<Work> work = new ArrayDeque<>();
  private List<Script> source = List.of();
  private SimulatedDatabase.Session session;
  private MigrationPlanSpec plan;
  private Instant gateClosesAt;
  private Step step;
  private String restorePoint;
  private boolean rehearsed;
  private Boolean trafficMoved;

  Runner(SimulatedWorld world, SimulatedJob job) {
    this.world = world;
    this.job = job;
    this.database = world.database;
    this.table = job.spec.table();
  }

  SimulatedJob job() {
    return job;
  }

  boolean alive() {
    return job.state != SimulatedJob.State.ENDED && !(job.nodeDead && session == null);
  }

  boolean canStep() {
    return alive() && !job.nodeDead && (!job.neverScheduled || job.deleted);
  }

  void step() {
    if (job.deleted) {
      stopped();
    } else if (job.state == SimulatedJob.State.PENDING) {
      started();
    } else if (world.strikes(Fault.POD_KILLED, 120)) {
      die("OOMKilled");
    } else if (world.strikes(Fault.NODE_DEAD, 250)) {
      leaveSession();
      job.nodeDead = true;
    } else {
      work.poll().run();
    }
  }

  private void started() {
    job.state = SimulatedJob.State.RUNNING;
    source = world.api.sources.getOrDefault(configMap(), List.of());
    job.made.steps().forEach(next -> work.add(() -> begin(next)));
    job.changed();
    say("runs");
  }

  private String configMap() {
    return job.spec.written().source().flyway().configMaps().getFirst();
  }

  private void begin(Step next) {
    step = next;
    if (next != Step.MIGRATE && world.strikes(Fault.STEP_FAILED, 25)) {
      boolean permanent = world.chance.oneIn(4);
      fail(permanent ? Kind.PERMANENT : Kind.TRANSIENT, "ConnectionFailed");
      return;
    }
    switch (next) {
      case INSPECT -> inspect();
      case PLAN -> plan();
      case BACKUP -> backUp();
      case MIGRATE -> migrate();
      case VERIFY -> verify();
      case ROLLBACK -> rollBack();
      case TRAFFIC -> restoreTraffic();
    }
  }

  /** Work that comes before everything else that is left. */
  private void next(Work... pieces) {
    for (int i = pieces.length - 1; i >= 0; i--) {
      work.addFirst(pieces[i]);
    }
  }

  // --- plan ------------------------------------------------------------------------------------

  private void plan() {
    if (database.isDirty(table)) {
      fail(Kind.PERMANENT, "Dirty");
      return;
    }
    MigrationPlanSpec rendered = render();
    job.printed = Optional.of(rendered);
    job.changed();
    say("prints plan " + rendered.hash().substring(7, 15));
    if (rendered.revisions().isEmpty()) {
      if (job.changes()) {
        work.clear();
        work.add(() -> begin(Step.VERIFY));
      } else {
        end(result(Outcome.NOTHING_PENDING, null, "NothingPending"));
      }
      return;
    }
    plan = rendered;
    if (!job.changes()) {
      end(result(Outcome.PLANNED, null, "Planned"));
    } else if (Risk.of(rendered.risk()).compareTo(Risk.of(job.made.gate().orElseThrow())) > 0) {
      end(result(Outcome.PLANNED, null, "Gate"));
    } else {
      gateClosesAt = world.clock.instant().plus(GATE);
      next(this::waitAtGate);
    }
  }

  private MigrationPlanSpec render() {
    boolean anyRest = world.weaknesses().has(Weakness.REST_NOT_COMPARED);
    return Rendering.of(job, database, source, anyRest);
  }

  private void waitAtGate() {
    if (plan.hash().equals(job.told)) {
      return;
    }
    if (!job.told.isEmpty()) {
      end(result(Outcome.PLANNED, null, "Refused"));
    } else if (world.clock.instant().isAfter(gateClosesAt)) {
      end(result(Outcome.PLANNED, null, "NotRecorded"));
    } else {
      world.clock.pass(Duration.ofMillis(500));
      next(this::waitAtGate);
    }
  }

  // --- backup ----------------------------------------------------------------------------------

  private void backUp() {
    boolean look = !world.weaknesses().has(Weakness.BACKUP_NOT_LOOKED_FOR);
    if (!look || world.instance.find(job.backupDescription).isEmpty()) {
      next(
          () -> {
            world.instance.insert(job.backupDescription, world.clock.instant());
            say("requests a backup");
          },
          this::backedUp);
    } else {
      next(this::backedUp);
    }
  }

  private void backedUp() {
    SimulatedInstance.Backup found = world.instance.find(job.backupDescription).orElseThrow();
    end(
        new RunnerResult(
            1,
            job.run,
            job.made.attempt(),
            Step.BACKUP,
            Outcome.BACKED_UP,
            null,
            null,
            "",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            new RunnerResult.Backup(
                found.id(), found.startedAt().toString(), found.startedAt().toString(), false),
            null,
            null));
  }

  // --- migrate ---------------------------------------------------------------------------------

  private void migrate() {
    if (plan == null) {
      plan = job.plan.orElseThrow();
    }
    connect(this::compare);
  }

  private void connect(Work then) {
    session = database.connect(job.name(), job.runUid(), table);
    next(() -> {
      if (database.lock(session)) {
        next(then);
      } else {
        fail(Kind.TRANSIENT, "LockHeld");
      }
    });
  }

  private void compare() {
    MigrationPlanSpec now = render();
    String difference =
        database.isDirty(table) || !now.from().equals(plan.from())
            ? "StaleHistory"
            : !now.fingerprint().equals(plan.fingerprint())
                ? "StaleSchema"
                : !now.hash().equals(plan.hash()) ? "StaleContent" : null;
    if (difference != null && !world.weaknesses().has(Weakness.RUNNER_DOES_NOT_COMPARE)) {
      end(result(Outcome.PLAN_CHANGED, null, difference));
      return;
    }
    if (job.spec.application().isPresent()) {
      if (world.strikes(Fault.TRAFFIC_NOT_READ, 20)) {
        fail(world.chance.oneIn(2) ? Kind.PERMANENT : Kind.TRANSIENT, "TrafficNotRead");
        return;
      }
      job.readTraffic = Optional.of(world.service.read(job, job.spec.application().get()));
    }
    restorePoint = world.clock.instant().toString();
    List<Work> pieces = new ArrayList<>(executions());
    if (plan.rehearses()) {
      pieces.add(this::rehearseWayBack);
      pieces.addAll(executions());
      pieces.add(() -> {
        rehearsed = true;
        world.rehearsed.add(session.run + " " + plan.hash());
        world.happened("rehearsal:Done");
      });
    }
    pieces.add(this::migrated);
    next(pieces.toArray(new Work[0]));
  }

  private List<Work> executions() {
    List<Work> pieces = new ArrayList<>();
    for (PlannedRevision revision : plan.revisions()) {
      source.stream()
          .filter(script -> script.name().equals(revision.script()))
          .findFirst()
          .ifPresent(script -> pieces.add(() -> execute(script)));
    }
    return pieces;
  }

  private void rehearseWayBack() {
    world.checks.rehearsing(job, session, plan);
    next(
        plan.recorded().reversed().stream()
            .<Work>map(revision -> () -> takeBack(revision))
            .toArray(Work[]::new));
  }

  private void execute(Script script) {
    SimulatedDatabase.Session own = session;
    if (!session.changing) {
      world.checks.firstStatement(job, session, plan);
    }
    session.changing = true;
    world.checks.statement(plan, script);
    if (script.isCallback()) {
      database.callback(session, script);
    } else if (script.transactional()) {
      session.open = script;
      session.inFlight = () -> database.commit(own, script);
      if (script.broken()) {
        world.happened("fault:" + Fault.SQL_ERROR);
        session.inFlight = null;
        fail(Kind.PERMANENT, "SqlError");
        return;
      }
      if (world.stumbles(Fault.LOCK_TIMEOUT, 10)) {
        session.inFlight = null;
        fail(Kind.TRANSIENT, "LockTimeout");
        return;
      }
      next(this::commit);
    } else {
      database.firstHalf(session, script);
      session.inFlight = () -> database.secondHalf(own, script);
      next(() -> secondHalf(script));
    }
  }

  private void commit() {
    session.inFlight = null;
    database.commit(session, session.open);
    session.open = null;
  }

  private void secondHalf(Script script) {
    session.inFlight = null;
    if (script.broken()) {
      world.happened("fault:" + Fault.SQL_ERROR);
      world.happened("fault:" + Fault.HALF_APPLIED);
      database.row(session, script, false);
      fail(Kind.PERMANENT, "SqlError");
      return;
    }
    database.secondHalf(session, script);
    SimulatedDatabase.Session own = session;
    session.inFlight = () -> database.row(own, script, true);
    next(() -> {
      session.inFlight = null;
      database.row(session, script, true);
    });
  }

  private void migrated() {
    database.disconnect(session);
    session = null;
    if (world.strikes(Fault.STEP_FAILED, 40)) {
      // Asked to stop between the two steps.
      end(result(Outcome.MIGRATED, null, "Migrated"));
    }
  }

  // --- roll back -------------------------------------------------------------------------------

  private void rollBack() {
    plan = job.plan.orElseThrow();
    connect(this::undoWhatIsIn);
  }

  private void undoWhatIsIn() {
    if (job.spec.application().isPresent()) {
      trafficMoved = world.service.restore(job);
    }
    Deque<Work> pieces = new ArrayDeque<>();
    for (PlannedRevision revision : plan.revisions().reversed()) {
      if (database.isIn(table, revision.script())) {
        pieces.add(() -> undo(revision));
      }
    }
    pieces.add(this::undone);
    next(pieces.toArray(new Work[0]));
  }

  private void restoreTraffic() {
    trafficMoved = world.service.restore(job);
    end(
        trafficMoved
            ? result(Outcome.TRAFFIC_RESTORED, null, "TrafficRestored")
            : result(Outcome.TRAFFIC_UNCHANGED, null, "TrafficUnchanged"));
  }

  private void undo(PlannedRevision revision) {
    world.checks.undoing(job, session, revision);
    takeBack(revision);
  }

  private void takeBack(PlannedRevision revision) {
    SimulatedDatabase.Session own = session;
    session.changing = true;
    if (world.strikes(Fault.UNDO_FAILED, 4)) {
      fail(world.chance.oneIn(2) ? Kind.PERMANENT : Kind.TRANSIENT, "UndoFailed");
      return;
    }
    session.inFlight = () -> database.undo(own, revision.script());
    next(() -> {
      session.inFlight = null;
      database.undo(session, revision.script());
    });
  }

  private void undone() {
    if (database.fingerprint().equals(plan.fingerprint())) {
      end(result(Outcome.ROLLED_BACK, null, "RolledBack"));
    } else {
      fail(Kind.PERMANENT, "SchemaDiffers");
    }
  }

  // --- verify and inspect ----------------------------------------------------------------------

  private void verify() {
    MigrationPlanSpec expected = plan != null ? plan : job.plan.orElse(null);
    String revision = database.revision(table);
    boolean atTarget = expected == null || database.isIn(table, expected.to());
    boolean holds = atTarget && !world.strikes(Fault.STEP_FAILED, job.rollout.isEmpty() ? 40 : 3);
    List<String> checks = job.spec.checks().stream().map(SqlCheck::name).toList();
    job.checks = found(checks, atTarget, holds);
    database.verifications.add(
        new SimulatedDatabase.Verified(job, table, revision, checks, holds, job.checks));
    end(
        holds
            ? result(Outcome.VERIFIED, null, "Verified")
            : result(Outcome.VERIFICATION_FAILED, null, "VerificationFailed"));
  }

  /** What the guard saw is in it only where this pod has migrated. */
  private List<CheckResult> found(List<String> checks, boolean atTarget, boolean holds) {
    List<CheckResult> found = new ArrayList<>();
    if (restorePoint != null) {
      found.add(found("lock timeout", true));
      found.add(found("blocked sessions", true));
    }
    found.add(found("revision", atTarget));
    if (rehearsed) {
      found.add(found("rehearsal", true));
    }
    if (atTarget) {
      found.add(found("indexes are valid", holds));
      checks.forEach(check -> found.add(found("sql " + check, holds)));
    }
    return List.copyOf(found);
  }

  private CheckResult found(String check, boolean holds) {
    return new CheckResult(
        check,
        holds ? CheckResult.PASSED : CheckResult.FAILED,
        null,
        null,
        "seen by " + job.name());
  }

  private void inspect() {
    MigrationPlanSpec expected = job.plan.orElseThrow();
    List<PlannedRevision> revisions =
        expected.revisions().stream().filter(r -> !Script.isCallback(r.script())).toList();
    boolean orphan =
        database.sessions.stream().anyMatch(other -> other.run.equals(job.runUid()))
            && !world.weaknesses().has(Weakness.ORPHANS_NOT_SEEN);
    long in =
        revisions.stream().filter(revision -> database.isIn(table, revision.script())).count();
    Outcome outcome;
    if (orphan) {
      outcome = Outcome.WAITING_FOR_ORPHAN;
    } else if (database.isDirty(table)) {
      outcome = Outcome.UNKNOWN;
    } else if (in == revisions.size()) {
      outcome = Outcome.UP_TO_DATE;
    } else if (in == 0) {
      outcome =
          database.fingerprint().equals(expected.fingerprint())
              ? Outcome.UNTOUCHED
              : Outcome.UNKNOWN;
    } else {
      // A revision without transaction may be half in, and nothing records that.
      outcome = revisions.get((int) in).transactional() ? Outcome.PARTIAL : Outcome.UNKNOWN;
    }
    if (outcome == Outcome.UNTOUCHED) {
      world.inspectedClean.add(job.runUid());
    }
    end(result(outcome, null, "Inspected"));
  }

  // --- ends ------------------------------------------------------------------------------------

  private void fail(Kind kind, String reason) {
    end(result(Outcome.FAILED, kind, reason));
  }

  private RunnerResult result(Outcome outcome, Kind kind, String reason) {
    long in =
        plan == null && job.plan.isEmpty()
            ? 0
            : (plan == null ? job.plan.orElseThrow() : plan)
                .revisions().stream().filter(r -> database.isIn(table, r.script())).count();
    return new RunnerResult(
            1,
            job.run,
            job.made.attempt(),
            step,
            outcome,
            kind,
            reason,
            reason + " by " + job.name(),
            null,
            null,
            database.revision(table),
            null,
            null,
            null,
            (int) in,
            null,
            restorePoint == null ? null : new RunnerResult.RestorePoint(restorePoint, null, null),
            null,
            null,
            rehearsed ? true : null)
        .withTraffic(null, trafficMoved);
  }

  private void end(RunnerResult result) {
    if (session != null) {
      database.disconnect(session);
      session = null;
    }
    world.happened("outcome:" + result.outcome());
    job.result = world.strikes(Fault.RESULT_LOST, 40) ? Optional.empty() : Optional.of(result);
    job.logLost = job.result.isEmpty() || world.strikes(Fault.LOG_LOST, 60);
    ended("ends with " + result.outcome() + " " + result.reason());
  }

  private void ended(String what) {
    work.clear();
    job.state = SimulatedJob.State.ENDED;
    job.changed();
    say(what);
  }

  /** Killed from one moment to the next. Its session may not know yet. */
  void die(String why) {
    job.why = why;
    leaveSession();
    ended("is killed");
  }

  private void leaveSession() {
    if (session != null) {
      if (session.changing) {
        world.happened("fault:" + Fault.HALF_APPLIED);
      }
      world.happened("fault:" + Fault.ORPHAN_SESSION);
      session.clientAlive = false;
      session = null;
    }
  }

  /** Asked to stop, because its Job was deleted: nothing new begins. */
  private void stopped() {
    if (session != null && world.chance.oneIn(2)) {
      die("");
    } else {
      if (session != null) {
        database.disconnect(session);
        session = null;
      }
      ended("stops when asked to");
    }
  }

  private void say(String what) {
    world.trace.add("pod", () -> job.name() + " " + what);
  }
}
