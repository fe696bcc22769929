package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.AlembicSource;
import dev.whimbrel.api.v1alpha1.ApprovalPolicy;
import dev.whimbrel.api.v1alpha1.BackupPolicy;
import dev.whimbrel.api.v1alpha1.CloudBuildSettings;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.FlywaySource;
import dev.whimbrel.api.v1alpha1.GuardSettings;
import dev.whimbrel.api.v1alpha1.HttpCheck;
import dev.whimbrel.api.v1alpha1.PostgresDatabase;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.RolloutSettings;
import dev.whimbrel.api.v1alpha1.RowCountCheck;
import dev.whimbrel.api.v1alpha1.RunSettings;
import dev.whimbrel.api.v1alpha1.SqlCheck;
import dev.whimbrel.api.v1alpha1.Threshold;
import dev.whimbrel.api.v1alpha1.VerifySettings;
import dev.whimbrel.protocol.Durations;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.Names;
import dev.whimbrel.protocol.Sha256;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A spec with every default filled in. The API server fills in most of them; those that depend on
 * other fields, and all of them on an API without schema, are filled in here.
 */
public record Spec(DatabaseMigrationSpec written) {

  private static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(30);
  private static final Duration DEFAULT_ONLINE_DEADLINE = Duration.ofHours(24);
  private static final Duration DEFAULT_START_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration DEFAULT_IMAGE_TIMEOUT = Duration.ofMinutes(20);
  private static final Duration DEFAULT_ROLLOUT = Duration.ofMinutes(2);
  private static final Duration DEFAULT_EXPIRY = Duration.ofHours(24);

  public boolean cloudSql() {
    return written.database().cloudSQL() != null;
  }

  /** Cloud SQL instance, or host and port: the server part of the database's identity. */
  public String server() {
    if (cloudSql()) {
      return written.database().cloudSQL().instance();
    }
    PostgresDatabase postgres = written.database().postgres();
    return postgres.host() + ":" + port();
  }

  public int port() {
    Integer port = written.database().postgres().port();
    return port == null ? 5432 : port;
  }

  public String database() {
    return cloudSql()
        ? written.database().cloudSQL().database()
        : written.database().postgres().database();
  }

  /** Name of the Lease of the database. */
  public String lease() {
    return Names.lease(server(), database());
  }

  /** Two migrations with the same key would write the same history table. */
  public String historyKey() {
    FlywaySource flyway = written.source().flyway();
    if (flyway == null) {
      // Which table and schema it is, env.py says: only the tool knows.
      return server() + "/" + database() + "/alembic";
    }
    String schema =
        flyway.defaultSchema() != null
            ? flyway.defaultSchema()
            : flyway.schemas().isEmpty() ? "" : flyway.schemas().getFirst();
    return server() + "/" + database() + "/" + schema + "/" + table();
  }

  /** Name of the history table, as far as the spec tells. */
  public String table() {
    if (written.source().flyway() == null) {
      return "alembic_version";
    }
    String table = written.source().flyway().table();
    return table == null ? "flyway_schema_history" : table;
  }

  /** The Alembic source; empty with another. */
  public Optional<AlembicSource> alembic() {
    return Optional.ofNullable(written.source().alembic());
  }

  /** From which risk on a backup is required. */
  public Threshold backup() {
    String policy = backupPolicy().map(BackupPolicy::policy).orElse(null);
    if (policy != null) {
      return Threshold.of(policy);
    }
    return cloudSql() ? Threshold.ALWAYS : Threshold.NEVER;
  }

  /** Whether a plan of some risk needs a backup. */
  public boolean mayBackUp() {
    return cloudSql() && backup() != Threshold.NEVER;
  }

  /** Whether the person who approves sees the backup. */
  public boolean backupBeforeApproval() {
    return !backupPolicy().map(BackupPolicy::when).filter("AfterApproval"::equals).isPresent();
  }

  public Optional<String> backupMaxAge() {
    return backupPolicy().map(BackupPolicy::maxAge);
  }

  /** How long older backups of this migration are kept; empty for ever. */
  public Optional<Duration> backupsKeptFor() {
    return backupPolicy().map(BackupPolicy::keepFor).map(Durations::parse);
  }

  private Optional<BackupPolicy> backupPolicy() {
    return Optional.ofNullable(written.backup());
  }

  /** From which risk on a person has to approve. */
  public Threshold approval() {
    return approvalPolicy()
        .map(ApprovalPolicy::policy)
        .map(Threshold::of)
        .orElse(Threshold.AT_MEDIUM);
  }

  public int approvals() {
    return approvalPolicy().map(ApprovalPolicy::count).orElse(1);
  }

  public Duration approvalExpiresAfter() {
    return approvalPolicy()
        .map(ApprovalPolicy::expiresAfter)
        .map(Durations::parse)
        .orElse(DEFAULT_EXPIRY);
  }

  private Optional<ApprovalPolicy> approvalPolicy() {
    return Optional.ofNullable(written.approval());
  }

  /**
   * The highest risk that needs neither backup nor approval: up to it, plan and migrate may share
   * one Job. Empty where every plan meets a gate.
   */
  public Optional<Risk> ungated() {
    if (cloudBuild().isPresent()) {
      // A pod is told in the midst of its work that its plan is recorded; nobody tells a build.
      return Optional.empty();
    }
    Risk highest = null;
    for (Risk risk : List.of(Risk.LOW, Risk.MEDIUM, Risk.HIGH)) {
      if (backup().requires(risk) || approval().requires(risk)) {
        break;
      }
      highest = risk;
    }
    return Optional.ofNullable(highest);
  }

  private Optional<RunSettings> run() {
    return Optional.ofNullable(written.run());
  }

  /** Where builds do the steps; empty where pods do. */
  public Optional<CloudBuildSettings> cloudBuild() {
    return run().map(RunSettings::cloudBuild);
  }

  /**
   * How much longer than its work a step may take because it waits its turn elsewhere: in the queue
   * of Cloud Build as long as for a pod, and a minute for the way there and back.
   */
  public Duration queueTime() {
    return cloudBuild().isPresent() ? startTimeout().plusMinutes(1) : Duration.ZERO;
  }

  /**
   * How much longer a step may take that calls the tool without a plan, because its image is made
   * first; zero where it is there.
   */
  public Duration imageTime() {
    return imageTimeout().map(time -> time.plus(queueTime())).orElse(Duration.ZERO);
  }

  /** How long making the tool's image may take; empty where it is there. */
  public Optional<Duration> imageTimeout() {
    return alembic()
        .map(AlembicSource::build)
        .map(build ->
            Optional.ofNullable(build.timeout())
                .map(Durations::parse)
                .orElse(DEFAULT_IMAGE_TIMEOUT));
  }

  /** Longest time for the migrate step. */
  public Duration deadline(boolean online) {
    return online
        ? run()
            .map(RunSettings::onlineDeadline)
            .map(Durations::parse)
            .orElse(DEFAULT_ONLINE_DEADLINE)
        : run().map(RunSettings::deadline).map(Durations::parse).orElse(DEFAULT_DEADLINE);
  }

  /** Longest wait for a running pod. */
  public Duration startTimeout() {
    return run().map(RunSettings::startTimeout).map(Durations::parse).orElse(DEFAULT_START_TIMEOUT);
  }

  public int retries() {
    return run().map(RunSettings::retries).orElse(2);
  }

  public Duration lockTimeout() {
    return run()
        .map(RunSettings::guard)
        .map(GuardSettings::lockTimeout)
        .map(Durations::parse)
        .orElse(Duration.ofSeconds(2));
  }

  public int maxBlockedSessions() {
    return run().map(RunSettings::guard).map(GuardSettings::maxBlockedSessions).orElse(5);
  }

  /** Whether whole revisions of a failed migrate step are undone, where they may be. */
  public boolean rollsBack() {
    return written.rollback() != null && "Downgrade".equals(written.rollback().onFailure());
  }

  /** The Cloud Run service whose traffic goes back with the schema. */
  public Optional<CloudRunTarget> application() {
    return CloudRunTarget.of(written);
  }

  /** Whether a plan is carried out, undone and carried out again. */
  public boolean rehearses() {
    return "Downgrade".equals(written.rehearse());
  }

  public boolean suspended() {
    return Boolean.TRUE.equals(written.suspend());
  }

  public List<SqlCheck> checks() {
    return written.verify() == null ? List.of() : written.verify().sql();
  }

  private Optional<VerifySettings> verify() {
    return Optional.ofNullable(written.verify());
  }

  /** Requests whose answers are known. */
  public List<HttpCheck> requests() {
    return verify().map(VerifySettings::http).orElse(List.of());
  }

  /** Tables that are counted. */
  public Optional<RowCountCheck> rowCounts() {
    return verify().map(VerifySettings::rowCounts);
  }

  /** How long the checks must hold once the new application is out. */
  public Duration rolloutPeriod() {
    return verify()
        .map(VerifySettings::rollout)
        .map(RolloutSettings::period)
        .map(Durations::parse)
        .orElse(DEFAULT_ROLLOUT);
  }

  /** How many checks the spec asks for besides the revision. */
  public int checkCount() {
    return checks().size()
        + requests().size()
        + rowCounts().map(RowCountCheck::tables).map(List::size).orElse(0);
  }

  /** What was verified when these checks passed at this revision. */
  public String verification(String revision) {
    return Sha256.hex(Json.write(List.of(revision == null ? "" : revision, verifying())));
  }

  /** Of a spec with queries alone as it always was, so that its hashes stay what they were. */
  private List<?> verifying() {
    return requests().isEmpty() && rowCounts().isEmpty()
        ? checks()
        : List.of(checks(), requests(), rowCounts().map(Object.class::cast).orElse(""));
  }

  /**
   * Hash of what makes a run another run: the spec without {@code suspend}, which only holds it.
   */
  public String hash() {
    Map<String, Object> parts = new TreeMap<>();
    parts.put("database", written.database());
    parts.put("source", written.source());
    parts.put(
        "backup", List.of(backup().label(), backupBeforeApproval(), backupMaxAge().orElse("")));
    parts.put(
        "approval", List.of(approval().label(), approvals(), approvalExpiresAfter().toString()));
    parts.put("run", Optional.ofNullable((Object) written.run()).orElse(""));
    parts.put("checks", verifying());
    if (rollsBack()) {
      // Only where it is asked for: the hash of every other spec stays what it was.
      parts.put("rollback", true);
    }
    application().ifPresent(target -> parts.put("application", target.resource()));
    if (rehearses()) {
      parts.put("rehearse", true);
    }
    return Sha256.hex(Json.write(parts));
  }
}
