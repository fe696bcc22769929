package dev.whimbrel.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.RunStatus;
import dev.whimbrel.api.v1alpha1.RunSummary;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One backup holds the whole instance, as long as nothing has run there since. */
class SharedBackupTest {

  @Test
  void theNewestBackupOfAnyNeighbourIsShared() {
    List<DatabaseMigration> neighbours =
        List.of(
            migration(backup("1", "2026-11-25T08:00:00Z"), false),
            migration(backup("2", "2026-11-25T09:00:00Z"), false),
            migration(null, false));

    assertThat(SharedBackup.among(neighbours, Optional.empty()))
        .map(BackupStatus::id)
        .contains("2");
  }

  @Test
  void whileARunMayBeChangingTheInstanceNothingIsShared() {
    List<DatabaseMigration> neighbours =
        List.of(migration(backup("1", "2026-11-25T08:00:00Z"), false), migration(null, true));

    assertThat(SharedBackup.among(neighbours, Optional.empty())).isEmpty();
  }

  @Test
  void afterARunHasEndedWhatIsOlderIsNotShared() {
    List<DatabaseMigration> neighbours =
        List.of(
            migration(backup("1", "2026-11-25T08:00:00Z"), false),
            migration(null, false, ended("Succeeded", "a-plan", "2026-11-25T08:30:00Z")));

    assertThat(SharedBackup.among(neighbours, Optional.empty())).isEmpty();
  }

  @Test
  void aRunThatHadNothingToDoOrWasRejectedChangedNothing() {
    List<DatabaseMigration> neighbours =
        List.of(
            migration(backup("1", "2026-11-25T08:00:00Z"), false),
            migration(
                null,
                false,
                ended("Succeeded", null, "2026-11-25T08:30:00Z"),
                ended("Rejected", "a-plan", "2026-11-25T08:40:00Z")));

    assertThat(SharedBackup.among(neighbours, Optional.empty()))
        .map(BackupStatus::id)
        .contains("1");
  }

  @Test
  void afterARestoreWhatIsOlderIsNotShared() {
    List<DatabaseMigration> neighbours =
        List.of(migration(backup("1", "2026-11-25T08:00:00Z"), false));

    assertThat(SharedBackup.among(neighbours, Optional.of("2026-11-25T08:10:00Z"))).isEmpty();
  }

  private static BackupStatus backup(String id, String startedAt) {
    return new BackupStatus(
        "description " + id, startedAt, id, startedAt, null, "SUCCESSFUL", "24h");
  }

  private static RunSummary ended(String phase, String plan, String at) {
    return new RunSummary("1-1", phase, phase, plan, null, null, null, null, at);
  }

  private static DatabaseMigration migration(
      BackupStatus backup, boolean dispatched, RunSummary... history) {
    RunStatus run =
        new RunStatus(
            "1-1",
            1,
            0,
            0,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            dispatched,
            false,
            null,
            null,
            null,
            null,
            null,
            0);
    DatabaseMigration migration = new DatabaseMigration();
    migration.setStatus(
        new DatabaseMigrationStatus(
            1L,
            "Succeeded",
            null,
            null,
            null,
            backup,
            run,
            null,
            List.of(history),
            null,
            null,
            null,
            null,
            null));
    return migration;
  }
}
