package dev.whimbrel.controller;

import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.RunSummary;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The backup of an instance that a run may share: nothing has run there since it began. */
final class SharedBackup {

  /** Ends of runs that may have changed something. */
  private static final Set<String> CHANGED =
      Set.of("Succeeded", "Failed", "RolledBack", "Unresolved");

  private SharedBackup() {}

  /**
   * The newest one.
   *
   * @param migrations every migration of a database on the instance
   * @param restoredAt when the instance was restored last
   */
  static Optional<BackupStatus> among(
      List<DatabaseMigration> migrations, Optional<String> restoredAt) {
    List<DatabaseMigrationStatus> all =
        migrations.stream().map(DatabaseMigration::getStatus).filter(Objects::nonNull).toList();
    if (all.stream().anyMatch(SharedBackup::isAtWork)) {
      return Optional.empty();
    }
    Optional<Instant> since =
        Stream.concat(
                all.stream()
                    .flatMap(status -> status.history().stream())
                    .flatMap(SharedBackup::end),
                restoredAt.stream())
            .map(Instant::parse)
            .max(Instant::compareTo);
    return all.stream()
        .map(DatabaseMigrationStatus::backup)
        .filter(backup -> backup != null && backup.id() != null && backup.startedAt() != null)
        .filter(backup -> backup.maxAge() != null)
        .filter(backup -> since.map(Instant.parse(backup.startedAt())::isAfter).orElse(true))
        .max(Comparator.comparing(backup -> Instant.parse(backup.startedAt())));
  }

  private static boolean isAtWork(DatabaseMigrationStatus status) {
    return status.run() != null && Boolean.TRUE.equals(status.run().dispatched());
  }

  /** Of a run that had a plan; whether it was begun is not in the summary. */
  private static Stream<String> end(RunSummary run) {
    return run.plan() != null && run.endedAt() != null && CHANGED.contains(run.phase())
        ? Stream.of(run.endedAt())
        : Stream.empty();
  }
}
