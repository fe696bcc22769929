package dev.whimbrel.google.cloudsql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.google.cloudsql.BackupRecord.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Only what is recognisably ours, and only what is old. */
class BackupRetentionTest {

  private static final CloudSqlInstance ORDERS = CloudSqlInstance.parse("p1:us-central1:orders");
  private static final Instant TEN = Instant.parse("2026-11-25T10:00:00Z");
  private static final String PREFIX = "Pre-migration backup ";
  private static final String OURS = "Pre-migration backup T [whimbrel uid-1/1-1]";

  private final TestClock clock = new TestClock(TEN);
  private final ScriptedApi api = new ScriptedApi(clock, ORDERS);

  @Test
  void oldBackupsOfThisMigrationGoOldestFirst() throws InterruptedException {
    listed(
        backup(9, "ON_DEMAND", OURS, Status.SUCCESSFUL, 1),
        backup(8, "ON_DEMAND", OURS, Status.SUCCESSFUL, 31),
        backup(7, "ON_DEMAND", OURS, Status.SUCCESSFUL, 40));

    List<Long> deleted = prune(9);

    assertThat(deleted).containsExactly(7L, 8L);
    assertThat(api.deleted).containsExactly(7L, 8L);
  }

  @Test
  void whatIsNotRecognisablyOursStays() throws InterruptedException {
    listed(
        backup(8, "ON_DEMAND", "by hand", Status.SUCCESSFUL, 90),
        backup(7, "ON_DEMAND", "", Status.SUCCESSFUL, 90),
        backup(6, "AUTOMATED", OURS, Status.SUCCESSFUL, 90),
        backup(5, "ON_DEMAND", OURS.replace("uid-1", "uid-11"), Status.SUCCESSFUL, 90),
        backup(4, "ON_DEMAND", "copied: " + OURS, Status.SUCCESSFUL, 90),
        backup(3, "ON_DEMAND", OURS, Status.FAILED, 90));

    assertThat(prune(9)).isEmpty();
    assertThat(api.deleted).isEmpty();
  }

  @Test
  void theOneInUseStaysHoweverOld() throws InterruptedException {
    listed(backup(9, "ON_DEMAND", OURS, Status.SUCCESSFUL, 90));

    assertThat(prune(9)).isEmpty();
  }

  @Test
  void notMoreThanAFewAreDeletedAtOnce() throws InterruptedException {
    listed(
        backup(8, "ON_DEMAND", OURS, Status.SUCCESSFUL, 50),
        backup(7, "ON_DEMAND", OURS, Status.SUCCESSFUL, 60),
        backup(6, "ON_DEMAND", OURS, Status.SUCCESSFUL, 70),
        backup(5, "ON_DEMAND", OURS, Status.SUCCESSFUL, 80));

    assertThat(prune(9)).containsExactly(5L, 6L, 7L);
  }

  private List<Long> prune(long inUse) throws InterruptedException {
    return new BackupRetention(api, ORDERS, clock, clock)
        .prune(PREFIX, "[whimbrel uid-1/", Duration.ofDays(30), inUse);
  }

  private void listed(BackupRecord... backups) {
    api.backups = () -> List.of(backups);
  }

  private static BackupRecord backup(
      long id, String type, String description, Status status, int daysAgo) {
    return ScriptedApi.backup(id, type, description, status, TEN.minus(Duration.ofDays(daysAgo)));
  }
}
