package dev.whimbrel.google.cloudsql;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A Cloud SQL of which a test says what its lists show, and when. */
final class ScriptedApi implements CloudSqlApi {

  private final Clock clock;
  final List<Instant> inserts = new ArrayList<>();
  final List<Long> deleted = new ArrayList<>();
  final List<Instant> restores = new ArrayList<>();
  InstanceFacts facts;
  Supplier<List<BackupRecord>> backups = List::of;
  Supplier<List<OperationRecord>> operations = List::of;
  Answer onRestore = () -> restore("op-restore", false);
  Supplier<OperationRecord> onInsert = () -> operation("op-insert", false);

  ScriptedApi(Clock clock, CloudSqlInstance instance) {
    this.clock = clock;
    this.facts =
        new InstanceFacts(
            instance,
            instance.region(),
            "RUNNABLE",
            "ALWAYS",
            "CLOUD_SQL_INSTANCE",
            "POSTGRES_17",
            Optional.of("10.1.2.3"),
            Optional.empty(),
            true,
            Optional.of("STANDARD"),
            List.of());
  }

  static BackupRecord backup(
      long id, String type, String description, BackupRecord.Status status, Instant enqueued) {
    return new BackupRecord(
        id,
        Optional.of(description).filter(text -> !text.isEmpty()),
        type,
        status,
        Optional.of(enqueued),
        Optional.of(enqueued.plusSeconds(1)),
        Optional.of(enqueued.plusSeconds(9)),
        Optional.of("us"),
        Optional.empty(),
        Optional.of("POSTGRES_17"));
  }

  OperationRecord operation(String name, boolean done) {
    Instant now = clock.instant();
    return new OperationRecord(
        name,
        "BACKUP_VOLUME",
        done,
        Optional.empty(),
        Optional.of(now),
        Optional.of(now).filter(time -> done),
        Optional.empty(),
        Optional.empty());
  }

  /** An operation that puts a backup back, accepted now. */
  OperationRecord restore(String name, boolean done) {
    OperationRecord like = operation(name, done);
    return new OperationRecord(
        name,
        "RESTORE_VOLUME",
        done,
        like.user(),
        like.insertTime(),
        like.endTime(),
        Optional.of(7L),
        Optional.empty());
  }

  /** What a call answers. */
  interface Answer {
    OperationRecord get() throws CloudSqlException;
  }

  @Override
  public InstanceFacts instance(CloudSqlInstance instance) {
    return facts;
  }

  @Override
  public Optional<Instant> latestRecoveryTime(CloudSqlInstance instance) {
    return Optional.empty();
  }

  @Override
  public Page<BackupRecord> listBackups(CloudSqlInstance instance, Optional<String> pageToken) {
    return new Page<>(backups.get(), Optional.empty());
  }

  @Override
  public BackupRecord backup(CloudSqlInstance instance, long id) throws CloudSqlException {
    Optional<BackupRecord> listed = backups.get().stream().filter(b -> b.id() == id).findFirst();
    if (listed.isPresent()) {
      return listed.get();
    }
    throw new CloudSqlException(CloudSqlException.Kind.NOT_FOUND, 404, "Not Found", null);
  }

  @Override
  public OperationRecord insertBackup(CloudSqlInstance instance, String description) {
    inserts.add(clock.instant());
    return onInsert.get();
  }

  @Override
  public OperationRecord deleteBackup(CloudSqlInstance instance, long id) {
    deleted.add(id);
    return operation("op-delete", true);
  }

  @Override
  public OperationRecord restoreBackup(CloudSqlInstance instance, long backup)
      throws CloudSqlException {
    restores.add(clock.instant());
    return onRestore.get();
  }

  @Override
  public List<String> databases(CloudSqlInstance instance) {
    return List.of("postgres", "shop");
  }

  @Override
  public List<String> users(CloudSqlInstance instance) {
    return List.of("postgres", "shop");
  }

  @Override
  public OperationRecord operation(CloudSqlInstance instance, String name) {
    return operations.get().stream()
        .filter(operation -> operation.name().equals(name))
        .findFirst()
        .orElseGet(() -> operation(name, true));
  }

  @Override
  public Page<OperationRecord> listOperations(
      CloudSqlInstance instance, Optional<String> pageToken) {
    return new Page<>(operations.get(), Optional.empty());
  }
}
