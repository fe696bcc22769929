package dev.whimbrel.google.cloudsql;

import com.google.api.services.sqladmin.model.BackupConfiguration;
import com.google.api.services.sqladmin.model.BackupContext;
import com.google.api.services.sqladmin.model.BackupRun;
import com.google.api.services.sqladmin.model.DatabaseInstance;
import com.google.api.services.sqladmin.model.IpMapping;
import com.google.api.services.sqladmin.model.Operation;
import com.google.api.services.sqladmin.model.OperationError;
import com.google.api.services.sqladmin.model.Settings;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Turns Google's generated classes, in which everything may be null, into our records. */
final class SqlAdminModel {

  private SqlAdminModel() {}

  static InstanceFacts facts(CloudSqlInstance instance, DatabaseInstance found) {
    Optional<Settings> settings = Optional.ofNullable(found.getSettings());
    Optional<BackupConfiguration> backups = settings.map(Settings::getBackupConfiguration);
    return new InstanceFacts(
        instance,
        text(found.getRegion()).orElse(instance.region()),
        text(found.getState()).orElse("UNKNOWN"),
        settings.flatMap(s -> text(s.getActivationPolicy())).orElse("ALWAYS"),
        text(found.getInstanceType()).orElse("CLOUD_SQL_INSTANCE"),
        text(found.getDatabaseVersion()).orElse("UNKNOWN"),
        address(found, "PRIVATE"),
        address(found, "PRIMARY"),
        backups.map(BackupConfiguration::getPointInTimeRecoveryEnabled).orElse(false),
        backups.flatMap(b -> text(b.getBackupTier())),
        found.getReplicaNames() == null ? List.of() : found.getReplicaNames());
  }

  static BackupRecord backup(BackupRun run) {
    return new BackupRecord(
        run.getId(),
        text(run.getDescription()),
        text(run.getType()).orElse("ON_DEMAND"),
        status(run.getStatus()),
        instant(run.getEnqueuedTime()),
        instant(run.getStartTime()),
        instant(run.getEndTime()),
        text(run.getLocation()),
        Optional.ofNullable(run.getError()).map(SqlAdminModel::describe),
        text(run.getDatabaseVersion()));
  }

  static OperationRecord operation(Operation operation) {
    return new OperationRecord(
        operation.getName(),
        text(operation.getOperationType()).orElse("UNKNOWN"),
        "DONE".equals(operation.getStatus()),
        text(operation.getUser()),
        instant(operation.getInsertTime()),
        instant(operation.getEndTime()),
        Optional.ofNullable(operation.getBackupContext()).map(BackupContext::getBackupId),
        Optional.ofNullable(operation.getError())
            .map(errors ->
                errors.getErrors() == null ? List.<OperationError>of() : errors.getErrors())
            .map(errors -> errors.isEmpty() ? "no reason given" : describe(errors.getFirst())));
  }

  /** An absent or empty text is no text. */
  static Optional<String> text(String value) {
    return Optional.ofNullable(value).filter(v -> !v.isEmpty());
  }

  /** RFC 3339; an unreadable time is treated as absent, since none of ours decides alone. */
  static Optional<Instant> instant(String value) {
    try {
      return text(value).map(Instant::parse);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static BackupRecord.Status status(String value) {
    for (BackupRecord.Status status : BackupRecord.Status.values()) {
      if (status.name().equals(value)) {
        return status;
      }
    }
    return BackupRecord.Status.OTHER;
  }

  private static String describe(OperationError error) {
    return "[" + error.getCode() + "] " + error.getMessage();
  }

  private static Optional<String> address(DatabaseInstance found, String type) {
    return Optional.ofNullable(found.getIpAddresses()).stream()
        .flatMap(List::stream)
        .filter(ip -> type.equals(ip.getType()))
        .map(IpMapping::getIpAddress)
        .findFirst();
  }
}
