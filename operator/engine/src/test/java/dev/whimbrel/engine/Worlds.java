package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.ApprovalPolicy;
import dev.whimbrel.api.v1alpha1.ApprovedPlan;
import dev.whimbrel.api.v1alpha1.BackupPolicy;
import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.api.v1alpha1.ChecklistItem;
import dev.whimbrel.api.v1alpha1.CloudRunSettings;
import dev.whimbrel.api.v1alpha1.CloudSqlDatabase;
import dev.whimbrel.api.v1alpha1.Database;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.FlywaySource;
import dev.whimbrel.api.v1alpha1.JobReference;
import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.MigrationApprovalSpec;
import dev.whimbrel.api.v1alpha1.MigrationApprovalStatus;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.MigrationPlanStatus;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.api.v1alpha1.RestorePoint;
import dev.whimbrel.api.v1alpha1.RollbackSettings;
import dev.whimbrel.api.v1alpha1.RunCause;
import dev.whimbrel.api.v1alpha1.RunSettings;
import dev.whimbrel.api.v1alpha1.RunStatus;
import dev.whimbrel.api.v1alpha1.Source;
import dev.whimbrel.api.v1alpha1.SqlCheck;
import dev.whimbrel.api.v1alpha1.TrafficRestore;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import dev.whimbrel.api.v1alpha1.VerifySettings;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.protocol.Step;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds the world of one migration, field by field. Without a word it is migration {@code kotori}
 * of generation 4 on Cloud SQL, with a backup for every plan and an approval from risk Medium on;
 * its run {@code 4-1} has used three Jobs; its plan has risk Medium, two revisions, and is seen; a
 * backup of half an hour ago is there.
 */
final class Worlds {

  static final Instant NOW = Instant.parse("2026-11-25T09:00:00Z");
  static final String UID = "0b5f6f0e-7d0c-4f0e-9f6f-3f4f5a6b7c8d";
  static final String RUN_UID = UID + "/4-1";
  static final String PLAN = "kotori-4-9f2c81d07a";
  static final String PLAN_UID = "plan-uid";
  static final String HASH = "sha256:9f2c";
  static final String JOB = "kotori-1f3a9c22-step-3";
  static final String JOB_UID = "job-uid";

  private final Phase phase;
  private boolean fresh;
  private DatabaseMigrationStatus given;

  // the spec
  private boolean cloudSql = true;
  private boolean alembic;
  private BackupPolicy backupPolicy = new BackupPolicy("Always", "BeforeApproval", null);
  private ApprovalPolicy approvalPolicy = new ApprovalPolicy("AtMedium", 1, "24h");
  private int retries = 2;
  private List<SqlCheck> checks = List.of();
  private boolean suspended;
  private boolean downgrade;
  private boolean rehearsed;
  private String configMap = "kotori-sql-1";
  private CloudRunSettings application;

  // the object
  private long generation = 4;
  private boolean deleted;
  private boolean finalizer;
  private String retry;
  private String restoreTraffic;

  // the status
  private String reason;
  private boolean approvedCondition;
  private BackupStatus backup =
      new BackupStatus(
          "Pre-migration backup",
          "2026-11-25T08:30:00Z",
          "77",
          "2026-11-25T08:30:00Z",
          null,
          "SUCCESSFUL",
          "24h");
  private boolean planned;
  private String risk = "Medium";
  private boolean online;
  private String planUid = PLAN_UID;
  private String plannedAt = "2026-11-25T08:55:00Z";
  private String expiresAt = "2026-11-26T08:55:00Z";
  private int failures;
  private int stale;
  private int waits;
  private int attempt = 3;
  private Step step;
  private JobReference claimed;
  private String startBy;
  private String endBy;
  private String startedAt = "2026-11-25T08:50:00Z";
  private String retryAt;
  private boolean dispatched;
  private boolean shared;
  private RunCause cause;
  private RunCause rollback;
  private PlanReference continues;
  private RestorePoint restorePoint;
  private MigrationPlan earlier;
  private ApprovedPlan claim;
  private String takeover;
  private String startedFor;
  private String lastHandledRetry;
  private String hold;
  private String verified;
  private TrafficStatus traffic;
  private TrafficRestore trafficRestore;

  // what surrounds it
  private boolean planSeen;
  private boolean planOwned;
  private String planState;
  private boolean unanswered;
  private String direction;
  private List<String> grades = List.of("Reversible", "Reversible");
  private List<String> callbacks = List.of();
  private List<String> riskReasons = List.of("adds a foreign key to users");
  private JobView job = new JobView.None();
  private JobView trafficJob = new JobView.None();
  private List<Finding> findings = List.of();
  private List<String> blocked = List.of();
  private PolicyView policies = PolicyView.NONE;
  private World.LeaseView lease = new World.LeaseView.Free();
  private String digest = "";
  private String missing;
  private String claimedBy;
  private final List<MigrationApproval> approvals = new ArrayList<>();

  private Worlds(Phase phase) {
    this.phase = phase;
    planned = phase != Phase.PLANNING;
    planSeen = planned;
    if (phase == Phase.PLANNING) {
      backup = null;
    }
  }

  /** One that the operator has never seen. */
  static Worlds fresh() {
    Worlds worlds = new Worlds(Phase.PLANNING);
    worlds.fresh = true;
    return worlds;
  }

  /** One whose run stands in this phase; in Planning nothing is planned yet. */
  static Worlds in(Phase phase) {
    return new Worlds(phase);
  }

  /** Migrating, with a Job that was dispatched and seen, and what is held while it runs. */
  static Worlds dispatched() {
    return in(Phase.MIGRATING)
        .approvedAtDispatch()
        .claimed(Step.MIGRATE, JOB_UID)
        .holding()
        .inFlight();
  }

  /** Recovering, with this inspect Job or none, after a migrate Job that ended for this cause. */
  static Worlds recovering(String causeKind) {
    Worlds worlds = in(Phase.RECOVERING).approvedAtDispatch().holding().inFlight();
    worlds.cause = new RunCause(causeKind, "Broken", "the migrate Job broke", null);
    return worlds;
  }

  /** Rolling back, with this Job or none, after a migrate Job that left revision 7 in. */
  static Worlds rollingBack() {
    Worlds worlds = in(Phase.ROLLING_BACK).rollsBack().approvedAtDispatch().holding().inFlight();
    worlds.cause = new RunCause("Permanent", "Broken", "the migrate Job broke", null);
    return worlds;
  }

  /** A rollback Job has ended without a clean result, for this cause. */
  Worlds rollbackFailed(String kind) {
    rollback = new RunCause(kind, "UndoBroke", "the rollback Job broke", null);
    return this;
  }

  /**
   * The run goes on with the rest of this plan, which was approved until then and has these
   * scripts; the present plan says so.
   */
  Worlds continuing(String expiresAt, String... scripts) {
    continues =
        new PlanReference(
            "kotori-4-0000000000",
            "earlier-uid",
            "sha256:0a0a",
            risk,
            "5",
            "8",
            scripts.length,
            false,
            plannedAt,
            expiresAt);
    earlier = new MigrationPlan();
    earlier.setMetadata(
        new ObjectMetaBuilder().withName(continues.name()).withUid(continues.uid()).build());
    earlier.setSpec(Results.whole(continues.hash(), List.of(scripts)));
    claim = new ApprovedPlan(continues.name(), continues.uid(), continues.hash());
    return this;
  }

  /** What the status says that there was to go back to. */
  Worlds restorePoint(RestorePoint recorded) {
    restorePoint = recorded;
    return this;
  }

  /** What the present plan says that it continues. */
  Worlds claim(ApprovedPlan plan) {
    claim = plan;
    return this;
  }

  /** The plan that is continued was deleted by hand. */
  Worlds earlierNotSeen() {
    earlier = null;
    return this;
  }

  /** A decision about the plan that is continued; without result it is not judged yet. */
  Worlds aboutEarlier(String decision, String approver, String result) {
    return about(
        decision,
        approver,
        new ApprovedPlan(continues.name(), continues.uid(), continues.hash()),
        result);
  }

  /** Grades of the ways back of revisions 7 and 8. */
  Worlds undo(String... ofEach) {
    grades = List.of(ofEach);
    return this;
  }

  /** Callbacks of the present plan, by their hashes. */
  Worlds callbacks(String... hashes) {
    callbacks = List.of(hashes);
    return this;
  }

  /** Callbacks of the plan that is continued. */
  Worlds earlierCallbacks(String... hashes) {
    earlier.setSpec(Results.withCallbacks(earlier.getSpec(), List.of(hashes)));
    return this;
  }

  Worlds direction(String word) {
    direction = word;
    return this;
  }

  /** Goes on from the status that a decision wrote. The Job is the one that it names. */
  Worlds after(Decision decision) {
    given = decision.status();
    return this;
  }

  Worlds postgres() {
    cloudSql = false;
    backupPolicy = null;
    return this;
  }

  /** The source is an Alembic environment. */
  Worlds alembic() {
    alembic = true;
    return this;
  }

  /** Nothing stands between plan and migration. */
  Worlds ungated() {
    return backupPolicy("Never", null, null).approvalPolicy("Never", 1);
  }

  Worlds backupPolicy(String policy, String when, String maxAge) {
    backupPolicy = new BackupPolicy(policy, when, maxAge);
    return this;
  }

  Worlds approvalPolicy(String policy, int count) {
    approvalPolicy = new ApprovalPolicy(policy, count, "24h");
    return this;
  }

  Worlds retries(int number) {
    retries = number;
    return this;
  }

  Worlds check(String query) {
    checks = List.of(new SqlCheck("check", query));
    return this;
  }

  /** {@code spec.rehearse} is Downgrade, and the plan says so too. */
  Worlds rehearsed() {
    rehearsed = true;
    return this;
  }

  /** {@code spec.rollback.onFailure} is Downgrade. */
  Worlds rollsBack() {
    downgrade = true;
    return this;
  }

  /** {@code spec.rollback.cloudRun} names kotori-api. */
  Worlds application() {
    application = new CloudRunSettings(null, "kotori-api", "us-central1");
    return this;
  }

  /** Who served when this run found the database at this revision. */
  Worlds traffic(String run, String revision) {
    traffic = Results.split("kotori-api-1").of(run, revision);
    return this;
  }

  /** What came of putting traffic back, the last time. */
  Worlds trafficRestore(TrafficRestore last) {
    trafficRestore = last;
    return this;
  }

  Worlds restoreTrafficAnnotation(String value) {
    restoreTraffic = value;
    return this;
  }

  /** The Job that puts the traffic back. */
  Worlds trafficJob(JobView view) {
    trafficJob = view;
    return this;
  }

  /** What the analysis has found in the present plan. */
  Worlds policies(PolicyView known) {
    policies = known;
    return this;
  }

  /** Its plan was recorded as blocked. */
  Worlds blocked(String... why) {
    blocked = List.of(why);
    return this;
  }

  Worlds findings(Finding... found) {
    findings = List.of(found);
    return this;
  }

  Worlds suspended() {
    suspended = true;
    return this;
  }

  /** Somebody wrote another spec after the run had started. */
  Worlds specChanged() {
    startedFor = spec().hash();
    configMap = "kotori-sql-2";
    generation = 5;
    return this;
  }

  Worlds deleted() {
    deleted = true;
    return this;
  }

  Worlds finalizer() {
    finalizer = true;
    return this;
  }

  Worlds retryAnnotation(String value) {
    retry = value;
    return this;
  }

  Worlds handledRetry(String value) {
    lastHandledRetry = value;
    return this;
  }

  Worlds reason(String word) {
    reason = word;
    return this;
  }

  Worlds approvedAtDispatch() {
    approvedCondition = true;
    return approve("anna");
  }

  Worlds backup(BackupStatus status) {
    backup = status;
    return this;
  }

  Worlds backupStarted(String startedAt) {
    return backup(
        new BackupStatus(
            "Pre-migration backup", startedAt, "77", startedAt, null, "SUCCESSFUL", "24h"));
  }

  Worlds planned() {
    planned = true;
    planSeen = true;
    return this;
  }

  Worlds noPlan() {
    planned = false;
    planSeen = false;
    return this;
  }

  /** Its object was deleted, or is not seen yet. */
  Worlds planNotSeen() {
    planSeen = false;
    return this;
  }

  Worlds planUid(String uid) {
    planUid = uid;
    return this;
  }

  Worlds risk(String label) {
    risk = label;
    return this;
  }

  Worlds online() {
    online = true;
    return this;
  }

  Worlds plannedAt(String instant) {
    plannedAt = instant;
    return this;
  }

  Worlds expiresAt(String instant) {
    expiresAt = instant;
    return this;
  }

  Worlds planOwned() {
    planOwned = true;
    return this;
  }

  Worlds planState(String state) {
    planState = state;
    return this;
  }

  /** The checklist of the plan was not written yet. */
  Worlds unanswered() {
    unanswered = true;
    return this;
  }

  Worlds failures(int number) {
    failures = number;
    return this;
  }

  Worlds stale(int number) {
    stale = number;
    return this;
  }

  Worlds attempt(int number) {
    attempt = number;
    return this;
  }

  Worlds waits(int number) {
    waits = number;
    return this;
  }

  /** The status names a Job for this step; without UID it was never seen. */
  Worlds claimed(Step of, String uid) {
    step = of;
    claimed = new JobReference(JOB, uid);
    startBy = "2026-11-25T09:05:00Z";
    endBy = "2026-11-25T09:38:00Z";
    return this;
  }

  Worlds startBy(String instant) {
    startBy = instant;
    return this;
  }

  Worlds endBy(String instant) {
    endBy = instant;
    return this;
  }

  Worlds startedAt(String instant) {
    startedAt = instant;
    return this;
  }

  Worlds retryAt(String instant) {
    retryAt = instant;
    return this;
  }

  Worlds inFlight() {
    dispatched = true;
    return this;
  }

  Worlds shared() {
    shared = true;
    return inFlight();
  }

  Worlds takeover(String holder) {
    takeover = holder;
    return this;
  }

  Worlds hold(String hash) {
    hold = hash;
    return this;
  }

  Worlds verified(String verification) {
    verified = verification;
    return this;
  }

  Worlds job(JobView view) {
    job = view;
    return this;
  }

  Worlds lease(World.LeaseView view) {
    lease = view;
    return this;
  }

  /** Lease and finalizer are this run's. */
  Worlds holding() {
    return lease(new World.LeaseView.Ours()).finalizer();
  }

  Worlds sourceDigest(String now) {
    digest = now;
    return this;
  }

  Worlds missing(String name) {
    missing = name;
    return this;
  }

  Worlds claimedBy(String other) {
    claimedBy = other;
    return this;
  }

  /** An accepted approval of the plan. */
  Worlds approve(String approver) {
    return about("Approve", approver, new ApprovedPlan(PLAN, PLAN_UID, HASH), "Accepted");
  }

  /** A decision about a plan; without result it is not judged yet. */
  Worlds about(String decision, String approver, ApprovedPlan plan, String result) {
    return approval(
        new MigrationApprovalSpec("kotori", decision, plan, null, "because", approver), result);
  }

  /** A decision about the run; without result it is not judged yet. */
  Worlds aboutRun(String decision, String run, String result) {
    return approval(
        new MigrationApprovalSpec("kotori", decision, null, run, "because", "anna"), result);
  }

  private Worlds approval(MigrationApprovalSpec spec, String result) {
    MigrationApproval approval = new MigrationApproval();
    approval.setMetadata(
        new ObjectMetaBuilder().withName("decision-" + (approvals.size() + 1)).build());
    approval.setSpec(spec);
    if (result != null) {
      approval.setStatus(new MigrationApprovalStatus(result, result, "", null));
    }
    approvals.add(approval);
    return this;
  }

  Decision decide() {
    return Engine.decide(world(), NOW);
  }

  Draft draft() {
    return new Draft(world(), NOW);
  }

  Spec spec() {
    Database database =
        cloudSql
            ? new Database(
                new CloudSqlDatabase("kotori-io:us-central1:kotori-db", "kotori", null, null), null)
            : new Database(
                null,
                new dev.whimbrel.api.v1alpha1.PostgresDatabase(
                    "db.kotori", null, "kotori", null, null, null));
    FlywaySource flyway =
        new FlywaySource(
            List.of(configMap), null, null, null, null, "latest", null, false, false, false, null);
    return new Spec(
        new DatabaseMigrationSpec(
            database,
            alembic ? new Source(null, Results.alembic()) : new Source(flyway, null),
            backupPolicy,
            approvalPolicy,
            new RunSettings(
                null, null, null, "30m", "24h", "5m", retries, null, null, null, null, null),
            checks.isEmpty() ? null : new VerifySettings(checks, List.of(), null),
            downgrade || application != null
                ? new RollbackSettings(downgrade ? "Downgrade" : null, application)
                : null,
            rehearsed ? "Downgrade" : null,
            suspended));
  }

  /** Its plan is recorded with the checklist as it is before the decision. */
  /** The same, of which something is known of the server as a whole. */
  World world(World.ServerView server) {
    World world = world();
    return new World(
        world.migration(),
        world.plan(),
        world.earlier(),
        world.approvals(),
        world.job(),
        world.rollout(),
        world.lease(),
        world.source(),
        world.claimedBy(),
        server);
  }

  World world() {
    World world = world(List.of());
    if (planState == null || unanswered) {
      return world;
    }
    return world(
        Engine.decide(world, NOW).effects().stream()
            .filter(Effect.RecordChecklist.class::isInstance)
            .map(Effect.RecordChecklist.class::cast)
            .map(Effect.RecordChecklist::items)
            .findFirst()
            .orElse(List.of()));
  }

  private World world(List<ChecklistItem> checklist) {
    return new World(
        migration(),
        planSeen ? Optional.of(plan(checklist)) : Optional.empty(),
        Optional.ofNullable(earlier),
        approvals,
        job,
        new JobView.None(),
        lease,
        new World.SourceView(Optional.ofNullable(missing), digest),
        Optional.ofNullable(claimedBy),
        World.ServerView.NONE,
        Optional.empty(),
        trafficJob,
        policies);
  }

  private DatabaseMigration migration() {
    DatabaseMigration migration = new DatabaseMigration();
    migration.setMetadata(
        new ObjectMetaBuilder()
            .withName("kotori")
            .withNamespace("kotori")
            .withUid(UID)
            .withGeneration(generation)
            .withDeletionTimestamp(deleted ? NOW.toString() : null)
            .withFinalizers(finalizer ? List.of(Whimbrel.FINALIZER) : List.of())
            .withAnnotations(annotations())
            .build());
    migration.setSpec(spec().written());
    migration.setStatus(given != null ? given : fresh ? null : status());
    return migration;
  }

  private Map<String, String> annotations() {
    Map<String, String> annotations = new HashMap<>();
    if (retry != null) {
      annotations.put(Whimbrel.RETRY_ANNOTATION, retry);
    }
    if (restoreTraffic != null) {
      annotations.put(Whimbrel.RESTORE_TRAFFIC_ANNOTATION, restoreTraffic);
    }
    return annotations;
  }

  private MigrationPlan plan(List<ChecklistItem> checklist) {
    MigrationPlan plan = new MigrationPlan();
    plan.setMetadata(
        new ObjectMetaBuilder()
            .withName(PLAN)
            .withUid(PLAN_UID)
            .withOwnerReferences(
                planOwned ? List.of(new OwnerReferenceBuilder().withUid(UID).build()) : List.of())
            .build());
    MigrationPlanSpec document =
        Results.withCallbacks(
            Results.document(risk, riskReasons, direction, claim, grades), callbacks);
    for (Finding finding : findings) {
      document = document.withFinding(finding);
    }
    plan.setSpec((rehearsed ? Results.rehearsed(document) : document).withBlocked(blocked));
    if (planState != null) {
      plan.setStatus(
          new MigrationPlanStatus(planState, null, null, null, null, null, null, null, checklist));
    }
    return plan;
  }

  private DatabaseMigrationStatus status() {
    return new DatabaseMigrationStatus(
        4L,
        phase.label(),
        "the message before",
        "6",
        planned
            ? new PlanReference(
                PLAN, planUid, HASH, risk, "6", "8", 2, online, plannedAt, expiresAt)
            : null,
        backup,
        run(),
        conditions(),
        List.of(),
        lastHandledRetry,
        hold,
        "",
        restorePoint,
        verified,
        null,
        null,
        List.of(),
        traffic,
        trafficRestore);
  }

  private RunStatus run() {
    return new RunStatus(
        "4-1",
        attempt,
        failures,
        stale,
        step == null ? null : step.word(),
        claimed,
        startBy,
        endBy,
        startedAt,
        retryAt,
        dispatched ? "the-lease" : null,
        dispatched,
        shared,
        cause,
        rollback,
        continues,
        takeover,
        startedFor == null ? spec().hash() : startedFor,
        waits);
  }

  private List<Condition> conditions() {
    List<Condition> conditions = new ArrayList<>();
    conditions.add(
        condition("Ready", phase == Phase.SUCCEEDED, reason == null ? phase.label() : reason));
    if (approvedCondition) {
      conditions.add(condition("Approved", true, "Approved"));
    }
    return conditions;
  }

  private static Condition condition(String type, boolean value, String reason) {
    return new ConditionBuilder()
        .withType(type)
        .withStatus(value ? "True" : "False")
        .withReason(reason)
        .withMessage("the condition before")
        .withLastTransitionTime("2026-11-25T08:00:00Z")
        .build();
  }
}
