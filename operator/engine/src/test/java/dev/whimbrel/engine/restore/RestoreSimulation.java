package dev.whimbrel.engine.restore;

import dev.whimbrel.api.v1alpha1.ApprovedPlan;
import dev.whimbrel.api.v1alpha1.CloudSqlDatabase;
import dev.whimbrel.api.v1alpha1.Database;
import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.DatabaseRestore;
import dev.whimbrel.api.v1alpha1.DatabaseRestoreSpec;
import dev.whimbrel.api.v1alpha1.DatabaseRestoreStatus;
import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.MigrationApprovalSpec;
import dev.whimbrel.api.v1alpha1.MigrationApprovalStatus;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.MigrationPlanStatus;
import dev.whimbrel.api.v1alpha1.ObjectReference;
import dev.whimbrel.api.v1alpha1.PlannedRestore;
import dev.whimbrel.api.v1alpha1.RestoredBackup;
import dev.whimbrel.api.v1alpha1.Source;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.JobView;
import dev.whimbrel.engine.World.LeaseView;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * One restore from its creation to its rest in a simulated world: an API server, Cloud SQL, Jobs, a
 * neighbour that migrates, a person. Operator passes are cut off between any two writes, Jobs die
 * before and after they have asked, answers are lost, operations end with errors.
 */
final class RestoreSimulation {

  private static final String UID = "5e0f3b52-restore";
  private static final String INSTANCE = "kotori-io:us-central1:kotori-db";
  private static final String BACKUP = "17";

  /** What ends an operator's pass in the middle. */
  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** A Job and what it will say. */
  private static final class FakeJob {
    private final Step step;
    private final int attempt;
    private final boolean first;
    private boolean over;
    private boolean asked;
    private RunnerResult result;

    private FakeJob(Step step, int attempt, boolean first) {
      this.step = step;
      this.attempt = attempt;
      this.first = first;
    }
  }

  private final Random random;
  private final int faults;
  private final int crashAt;
  private int writes;
  private Instant now = Instant.parse("2026-11-25T10:00:00Z");

  private DatabaseRestoreStatus status;
  private boolean finalizer;
  private boolean deleted;
  private boolean gone;
  private final Map<String, MigrationPlan> plans = new TreeMap<>();
  private final List<MigrationApproval> approvals = new ArrayList<>();
  private final Map<String, FakeJob> jobs = new TreeMap<>();
  private Optional<String> lease = Optional.empty();
  private String word;

  /** Cloud SQL. */
  private int restoresAsked;

  private boolean operationRuns;
  private String operationError;
  private boolean operationDone;

  /** The neighbour, which migrates a database of the instance. */
  private boolean neighbourHolds;

  private boolean neighbourWorks;

  /**
   * A world.
   *
   * @param faults per mille of steps in which something goes wrong
   * @param crashAt the write of the operator before which it is cut off, once; 0 for never
   */
  RestoreSimulation(long seed, int faults, int crashAt) {
    this.random = new Random(seed);
    this.faults = faults;
    this.crashAt = crashAt;
  }

  /** How often the operator has written. */
  int writes() {
    return writes;
  }

  String phase() {
    return gone ? "Gone" : status.phase();
  }

  /** Runs until the restore rests and everything is given back. */
  RestoreSimulation run() {
    for (int step = 0; step < 3_000; step++) {
      now = now.plusSeconds(1 + random.nextInt(20));
      boolean calm = step > 300;
      switch (random.nextInt(6)) {
        case 0, 1 -> pass(calm);
        case 2 -> jobsGoOn(calm);
        case 3 -> cloudGoesOn(calm);
        case 4 -> neighbourGoesOn(calm);
        default -> personGoesOn(calm);
      }
      check();
      if (gone || isAtPeace() && (calm || random.nextInt(20) == 0)) {
        return this;
      }
    }
    throw new AssertionError("never came to rest: " + status);
  }

  private boolean isAtPeace() {
    return status != null
        && RestorePhase.of(status.phase()).orElseThrow().resting()
        && (status.phase().equals("Unresolved") || lease.isEmpty() && !finalizer);
  }

  // --- the operator ----------------------------------------------------------------------------

  private void pass(boolean calm) {
    try {
      for (int i = 0; i < 15 && !gone; i++) {
        RestoreWorld world = world();
        RestoreDecision decision = RestoreEngine.decide(world, now);
        if (!decision.status().equals(status)) {
          write(calm);
          status = decision.status();
        }
        for (Effect effect : decision.effects()) {
          write(calm);
          act(effect);
        }
        if (!decision.again()) {
          return;
        }
      }
    } catch (Crash e) {
      // The next pass sees what was written.
    }
  }

  private void write(boolean calm) {
    writes++;
    if (writes == crashAt || !calm && random.nextInt(1_000) < faults) {
      throw new Crash();
    }
  }

  private void act(Effect effect) {
    switch (effect) {
      case Effect.CreateJob create ->
          jobs.putIfAbsent(
              create.name(),
              new FakeJob(
                  create.steps().getLast(),
                  create.attempt(),
                  status.attempt().retries() == null || status.attempt().retries() == 0));
      case Effect.DeleteJob delete -> jobs.remove(delete.name());
      case Effect.CreatePlan create -> plans.putIfAbsent(create.name(), plan(create));
      case Effect.DetachPlan detach ->
          Optional.ofNullable(plans.get(detach.name()))
              .ifPresent(plan -> plan.getMetadata().setOwnerReferences(List.of()));
      case Effect.RecordPlan record ->
          Optional.ofNullable(plans.get(record.name()))
              .ifPresent(plan -> plan.setStatus(planStatus(record.state())));
      case Effect.AcquireLease acquire -> lease = lease.or(() -> Optional.of(UID));
      case Effect.ReleaseLease release -> {
        if (lease.isPresent()) {
          lease = Optional.empty();
          word = status.restoredAt();
        }
      }
      case Effect.AddFinalizer add -> finalizer = true;
      case Effect.RemoveFinalizer remove -> {
        finalizer = false;
        gone = deleted;
      }
      case Effect.JudgeApproval judge ->
          approvals.stream()
              .filter(approval -> approval.getMetadata().getName().equals(judge.name()))
              .forEach(approval ->
                  approval.setStatus(
                      new MigrationApprovalStatus(
                          judge.accepted() ? "Accepted" : "Refused", null, null, null)));
      default -> {
        // Events and owners change nothing here.
      }
    }
  }

  private static MigrationPlan plan(Effect.CreatePlan create) {
    MigrationPlan plan = new MigrationPlan();
    plan.setMetadata(
        new ObjectMetaBuilder()
            .withName(create.name())
            .withUid("uid-of-" + create.name())
            .withOwnerReferences(new OwnerReferenceBuilder().withUid(UID).build())
            .build());
    plan.setSpec(create.spec());
    plan.setStatus(planStatus("Pending"));
    return plan;
  }

  private static MigrationPlanStatus planStatus(String state) {
    return new MigrationPlanStatus(state, null, null, null, null, null, null, null, null);
  }

  private RestoreWorld world() {
    Optional<MigrationPlan> plan =
        Optional.ofNullable(status)
            .map(DatabaseRestoreStatus::plan)
            .map(named -> plans.get(named.name()));
    return new RestoreWorld(
        restore(),
        Optional.of(migration()),
        Optional.empty(),
        plan,
        approvals,
        job(),
        lease.<LeaseView>map(holder -> new LeaseView.Ours()).orElseGet(LeaseView.Free::new),
        neighbourHolds ? List.of("DatabaseMigration other/shop") : List.of(),
        List.of());
  }

  private JobView job() {
    if (status == null || status.attempt() == null || status.attempt().job() == null) {
      return new JobView.None();
    }
    FakeJob job = jobs.get(status.attempt().job().name());
    if (job == null) {
      return new JobView.Absent();
    }
    return job.over
        ? new JobView.Ended(
            "job-uid",
            Optional.ofNullable(job.result),
            job.step == Step.PLAN && job.result != null
                ? Optional.of(document())
                : Optional.empty(),
            "",
            job.step != Step.RESTORE)
        : new JobView.Running("job-uid", "pod", Optional.empty(), "");
  }

  // --- everybody else --------------------------------------------------------------------------

  /** Pods go on, whatever the operator thinks of them. */
  private void jobsGoOn(boolean calm) {
    List<FakeJob> running = jobs.values().stream().filter(job -> !job.over).toList();
    if (running.isEmpty()) {
      return;
    }
    FakeJob job = running.get(random.nextInt(running.size()));
    if (!calm && random.nextInt(1_000) < faults * 4) {
      job.over = true;
      return;
    }
    switch (job.step) {
      case PLAN -> end(job, Outcome.PLANNED, null);
      case VERIFY -> end(job, Outcome.VERIFIED, null);
      case RESTORE -> restores(job, calm);
      default -> throw new AssertionError(job.step);
    }
  }

  /** As the runner does: look, ask once where nothing is found, wait. */
  private void restores(FakeJob job, boolean calm) {
    if (operationDone) {
      end(job, operationError == null ? Outcome.RESTORED : Outcome.UNKNOWN, null);
    } else if (operationRuns) {
      if (random.nextInt(10) == 0) {
        end(job, Outcome.UNDERWAY, RunnerResult.Kind.TRANSIENT);
      }
    } else if (!calm && random.nextInt(1_000) < faults) {
      end(job, Outcome.FAILED, RunnerResult.Kind.TRANSIENT);
    } else if (!job.asked) {
      job.asked = true;
      ask(job);
    }
  }

  private void ask(FakeJob job) {
    boolean approved =
        approvals.stream()
            .anyMatch(a ->
                a.getStatus() != null
                    && "Accepted".equals(a.getStatus().result())
                    && "Approve".equals(a.getSpec().decision()));
    require(approved, "asked for a restore that nobody approved");
    require(!neighbourWorks, "asked for a restore while a migration works");
    require(lease.isPresent(), "asked for a restore without the Lease of the instance");
    require(restoresAsked == 0, "asked for a second restore");
    require(finalizer, "asked for a restore that a deletion would forget");
    require(!job.first || status.attempt().number() >= job.attempt, "a Job nobody claimed");
    restoresAsked++;
    operationRuns = true;
  }

  private void end(FakeJob job, Outcome outcome, RunnerResult.Kind kind) {
    job.over = true;
    job.result =
        new RunnerResult(
            1,
            RestoreEngine.RUN,
            job.attempt,
            job.step,
            outcome,
            kind,
            outcome.name(),
            "it says so",
            null,
            null,
            job.step == Step.VERIFY ? "6" : null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null);
  }

  private void cloudGoesOn(boolean calm) {
    if (operationRuns && random.nextInt(4) == 0) {
      operationRuns = false;
      operationDone = true;
      operationError = !calm && random.nextInt(1_000) < faults * 2 ? "[INTERNAL_ERROR]" : null;
    }
  }

  /**
   * As the engine of migrations does: take the Lease of the database, then look at the server's.
   */
  private void neighbourGoesOn(boolean calm) {
    if (neighbourWorks) {
      neighbourWorks = random.nextInt(3) > 0;
      neighbourHolds = neighbourWorks;
    } else if (neighbourHolds) {
      neighbourWorks = lease.isEmpty();
      neighbourHolds = neighbourWorks;
    } else {
      neighbourHolds = !calm && random.nextInt(3) == 0;
    }
  }

  private void personGoesOn(boolean calm) {
    if (status == null || gone) {
      return;
    }
    boolean rare = !calm && random.nextInt(1_000) < faults / 4;
    if (rare && !deleted) {
      deleted = true;
      gone = !finalizer;
    } else if (status.plan() != null
        && status.plan().uid() != null
        && approvals.size() < 3
        && !isUnjudged()) {
      decide(faults > 0 && random.nextInt(6) == 0 ? "Reject" : "Approve");
    } else if (status.phase().equals("Unresolved") && approvals.size() < 6 && !isUnjudged()) {
      decide("Acknowledge");
    }
  }

  private boolean isUnjudged() {
    return approvals.stream().anyMatch(approval -> approval.getStatus() == null);
  }

  private void decide(String decision) {
    MigrationApproval approval = new MigrationApproval();
    approval.setMetadata(new ObjectMetaBuilder().withName("a-" + approvals.size()).build());
    boolean run = decision.equals("Acknowledge");
    approval.setSpec(
        new MigrationApprovalSpec(
            null,
            "back",
            decision,
            run
                ? null
                : new ApprovedPlan(status.plan().name(), status.plan().uid(), status.plan().hash()),
            run ? UID : null,
            null,
            "carol"));
    approvals.add(approval);
  }

  // --- what holds always -----------------------------------------------------------------------

  private void check() {
    if (status == null || gone) {
      return;
    }
    RestorePhase phase = RestorePhase.of(status.phase()).orElseThrow();
    require(
        phase != RestorePhase.SUCCEEDED || operationDone && operationError == null,
        "Succeeded, and Cloud SQL has not restored");
    require(
        phase != RestorePhase.REJECTED || restoresAsked == 0, "Rejected, and Cloud SQL was asked");
    require(
        !operationRuns || lease.isPresent() && finalizer,
        "Lease or finalizer were given back while Cloud SQL restores");
    require(
        lease.isPresent() || !operationDone || word != null,
        "the Lease was given back without a word of the restore");
    boolean said = status.message().contains("othing was restored");
    require(!said || restoresAsked == 0, "it says that nothing was restored");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  // --- objects ---------------------------------------------------------------------------------

  private DatabaseRestore restore() {
    DatabaseRestore restore = new DatabaseRestore();
    restore.setMetadata(
        new ObjectMetaBuilder()
            .withName("back")
            .withNamespace("kotori")
            .withUid(UID)
            .withGeneration(1L)
            .withDeletionTimestamp(deleted ? now.toString() : null)
            .withFinalizers(finalizer ? List.of(Whimbrel.FINALIZER) : List.of())
            .build());
    restore.setSpec(
        new DatabaseRestoreSpec("kotori", new RestoredBackup(BACKUP, null), null, null, "10m"));
    restore.setStatus(status);
    return restore;
  }

  private static DatabaseMigration migration() {
    DatabaseMigration migration = new DatabaseMigration();
    migration.setMetadata(
        new ObjectMetaBuilder().withName("kotori").withNamespace("kotori").withUid("dbm").build());
    migration.setSpec(
        new DatabaseMigrationSpec(
            new Database(new CloudSqlDatabase(INSTANCE, "kotori", null, null), null),
            new Source(null, null),
            null,
            null,
            null,
            null,
            null,
            null));
    return migration;
  }

  private static MigrationPlanSpec document() {
    return new MigrationPlanSpec(
            new ObjectReference("kotori", "dbm"),
            RestoreEngine.RUN,
            "sha256:" + "0".repeat(64),
            "High",
            List.of("every database is replaced"),
            "7",
            "backup " + BACKUP,
            MigrationPlanSpec.RESTORE,
            null,
            new DatabaseIdentity(INSTANCE, "kotori", null, null, null, true),
            "Cloud SQL",
            Map.of(),
            List.of(),
            List.of(),
            null,
            true,
            List.of())
        .withRestore(
            new PlannedRestore(
                new ObjectReference("back", UID),
                INSTANCE,
                BACKUP,
                "2026-11-25T06:00:00Z",
                null,
                null,
                List.of("kotori"),
                List.of("kotori"),
                List.of(),
                Duration.ofHours(4).toSeconds(),
                null,
                null,
                null));
  }
}
