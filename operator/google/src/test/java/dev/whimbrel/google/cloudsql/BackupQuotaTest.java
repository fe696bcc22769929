package dev.whimbrel.google.cloudsql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.google.cloudsql.BackupRecord.Status;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackupQuotaTest {

  private static final Instant TEN = Instant.parse("2026-11-25T10:00:00Z");

  @Test
  void fiveBackupsAreFreeAndTheSixthWaitsTenMinutesForAToken() {
    List<BackupRecord> five = backups(Status.SUCCESSFUL, 0, 0, 0, 0, 0);

    assertThat(BackupQuota.nextTokenAt(backups(Status.SUCCESSFUL, 0, 0, 0, 0), TEN)).isEmpty();
    assertThat(BackupQuota.nextTokenAt(five, TEN)).contains(TEN.plusSeconds(600));
    assertThat(BackupQuota.nextTokenAt(five, TEN.plusSeconds(240))).contains(TEN.plusSeconds(600));
    assertThat(BackupQuota.nextTokenAt(five, TEN.plusSeconds(600))).isEmpty();
  }

  @Test
  void failedBackupsCostNothing() {
    assertThat(BackupQuota.nextTokenAt(backups(Status.FAILED, 0, 0, 0, 0, 0, 0), TEN)).isEmpty();
  }

  @Test
  void backupsOfMoreThanFiftyMinutesAgoDoNotCount() {
    assertThat(BackupQuota.nextTokenAt(backups(Status.SUCCESSFUL, 51, 51, 51, 51, 51, 51), TEN))
        .isEmpty();
  }

  private static List<BackupRecord> backups(Status status, Integer... minutesAgo) {
    return Stream.of(minutesAgo)
        .map(minutes ->
            new BackupRecord(
                1,
                Optional.empty(),
                "AUTOMATED",
                status,
                Optional.of(TEN.minusSeconds(60L * minutes)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()))
        .toList();
  }
}
