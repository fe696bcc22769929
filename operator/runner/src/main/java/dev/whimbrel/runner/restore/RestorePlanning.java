package dev.whimbrel.runner.restore;

import dev.whimbrel.analysis.Rule;
import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.ObjectReference;
import dev.whimbrel.api.v1alpha1.PlannedRestore;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.google.cloudsql.BackupRecord;
import dev.whimbrel.google.cloudsql.CloudSqlApi;
import dev.whimbrel.google.cloudsql.CloudSqlException;
import dev.whimbrel.google.cloudsql.CloudSqlInstance;
import dev.whimbrel.google.cloudsql.InstanceFacts;
import dev.whimbrel.google.cloudsql.OperationRecord;
import dev.whimbrel.protocol.PlanHash;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.tool.PlanReview;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The plan of a restore, from what Cloud SQL says about instance and backup. Reads only. */
public final class RestorePlanning {

  private static final String HIGH = Risk.HIGH.label();

  private final RunnerInput input;
  private final CloudSqlApi api;
  private final CloudSqlInstance instance;
  private final Instant now;

  /** A plan of what the input names, made at {@code now}. */
  public RestorePlanning(
      RunnerInput input, CloudSqlApi api, CloudSqlInstance instance, Instant now) {
    this.input = input;
    this.api = api;
    this.instance = instance;
    this.now = now;
  }

  /**
   * The plan.
   *
   * @throws CloudSqlException when Cloud SQL does not say what the plan needs
   */
  public MigrationPlanSpec plan() throws CloudSqlException {
    InstanceFacts facts = api.instance(instance);
    BackupRecord backup = api.backup(instance, Long.parseLong(input.restore().backup()));
    Instant started = backup.startTime().or(backup::enqueuedTime).orElse(now);
    Optional<Instant> latest =
        facts.pointInTimeRecovery() ? api.latestRecoveryTime(instance) : Optional.empty();
    List<OperationRecord> operations = api.listOperations(instance, Optional.empty()).items();
    PlannedRestore restore =
        new PlannedRestore(
            new ObjectReference(input.migration().name(), input.migration().uid()),
            instance.toString(),
            Long.toString(backup.id()),
            started.toString(),
            backup.endTime().map(Instant::toString).orElse(null),
            backup.description().orElse(null),
            api.databases(instance),
            api.users(instance),
            List.of(),
            Duration.between(started, now).toSeconds(),
            latest.map(Instant::toString).orElse(null),
            operations.stream()
                .flatMap(operation -> operation.insertTime().stream())
                .max(Instant::compareTo)
                .map(Instant::toString)
                .orElse(null),
            cloneFirst(backup, latest));
    MigrationPlanSpec unhashed = spec("", facts, restore, operations);
    return PlanReview.of(spec(PlanHash.of(unhashed), facts, restore, operations));
  }

  private MigrationPlanSpec spec(
      String hash, InstanceFacts facts, PlannedRestore restore, List<OperationRecord> operations) {
    RunnerInput.Restore wanted = input.restore();
    return new MigrationPlanSpec(
            new ObjectReference(wanted.migration(), wanted.migrationUid()),
            input.run(),
            hash,
            HIGH,
            List.of(
                "every database of instance " + instance + " is replaced",
                "what was written since " + restore.backupStartedAt() + " is lost",
                "the instance is down meanwhile"),
            wanted.currentRevision(),
            "backup " + restore.backup(),
            MigrationPlanSpec.RESTORE,
            null,
            new DatabaseIdentity(
                instance.toString(),
                input.database().database(),
                null,
                null,
                facts.databaseVersion(),
                facts.pointInTimeRecovery()),
            "Cloud SQL instances.restoreBackup",
            Map.of(),
            List.of(),
            findings(restore, operations),
            null,
            true,
            List.of())
        .withRestore(restore);
  }

  private List<Finding> findings(PlannedRestore restore, List<OperationRecord> operations) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        finding(
            Rule.EVERY_DATABASE_REPLACED,
            HIGH,
            "every database of instance %s is replaced, not only %s: %s"
                .formatted(
                    instance,
                    input.database().database(),
                    String.join(", ", restore.databases()))));
    findings.add(
        finding(
            Rule.WRITES_LOST,
            HIGH,
            "whatever was written to any of them since %s is lost: %s up to now, and more until the restore begins"
                .formatted(restore.backupStartedAt(), duration(restore.secondsOfWritesLost()))));
    findings.add(
        finding(
            Rule.USERS_REVERTED,
            HIGH,
            "users, passwords, roles and rights become those of then: who was created since is gone, a password that was changed since is the old one again, also for %s"
                .formatted(String.join(", ", restore.users()))));
    findings.add(
        finding(
            Rule.DOWNTIME,
            HIGH,
            "the instance is down while it is restored, every session is cut off, and Cloud SQL"
                + " cannot cancel it; it takes minutes, of a large instance hours"));
    findings.add(
        finding(
            Rule.RECOVERY_LOGS_DELETED,
            HIGH,
            restore.latestRecoveryTime() == null
                ? "point-in-time recovery is off: no other second than that of a backup can be had"
                    + " back"
                : "the logs for point-in-time recovery are deleted with it: afterwards no second"
                    + " before the restore can be had back, so make the clone first if it may be"
                    + " needed"));
    findings.add(
        finding(
            Rule.UNLOGGED_TABLES,
            "Medium",
            "UNLOGGED tables are empty afterwards: no backup holds them"));
    operations.stream()
        .filter(operation -> !operation.done())
        .findFirst()
        .ifPresent(busy ->
            findings.add(
                finding(
                    Rule.INSTANCE_BUSY,
                    "Medium",
                    "the instance is busy with %s; the restore waits for its end"
                        .formatted(busy.describe()))));
    findings.add(
        finding(
            Rule.CLONE_FIRST,
            "Low",
            "look before you decide, at a copy beside it that replaces nothing: "
                + restore.cloneFirst()));
    return findings;
  }

  /** To just before the last migration where that can be reached, else to the latest second. */
  private String cloneFirst(BackupRecord backup, Optional<Instant> latest) {
    String copy = instance.name() + "-check";
    if (latest.isEmpty()) {
      return "gcloud sql instances create %s --project=%s --region=%s --database-version=VERSION --tier=TIER && gcloud sql backups restore %d --backup-instance=%s --restore-instance=%s --project=%s"
          .formatted(
              copy,
              instance.project(),
              instance.region(),
              backup.id(),
              instance.name(),
              copy,
              instance.project());
    }
    Instant wanted =
        Optional.ofNullable(input.restore().restorePoint())
            .map(Instant::parse)
            .filter(point -> point.isBefore(latest.get()))
            .orElse(latest.get());
    return "gcloud sql instances clone %s %s --project=%s --point-in-time=%s"
        .formatted(instance.name(), copy, instance.project(), wanted);
  }

  private static Finding finding(Rule rule, String risk, String message) {
    return new Finding(rule.id(), risk, message, null, null);
  }

  private static String duration(long seconds) {
    Duration lost = Duration.ofSeconds(seconds);
    return "%d h %d min (%d s)".formatted(lost.toHours(), lost.toMinutesPart(), seconds);
  }
}
