package dev.whimbrel.google.cloudsql;

import dev.whimbrel.google.cloudsql.BackupRecord.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes backups that were taken for one owner and are older than they are kept. Whose a backup
 * is, its description says; what carries another's mark, or none, is never touched. Best effort:
 * what cannot be deleted now is tried after the next backup.
 */
public final class BackupRetention {

  private static final Logger LOG = LoggerFactory.getLogger(BackupRetention.class);

  /** Cloud SQL does one operation at a time on an instance, and others wait for it. */
  private static final int AT_ONCE = 3;

  private static final int MAX_PAGES = 20;
  private static final Duration POLL = Duration.ofSeconds(2);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private final CloudSqlApi api;
  private final CloudSqlInstance instance;
  private final Clock clock;
  private final Sleeper sleeper;

  /** Of this instance. */
  public BackupRetention(CloudSqlApi api, CloudSqlInstance instance, Clock clock, Sleeper sleeper) {
    this.api = api;
    this.instance = instance;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  /**
   * Deletes the oldest ones.
   *
   * @param prefix what descriptions of ours begin with
   * @param mark what the description of this owner's backups contains
   * @param keepFor since their start
   * @param inUse the backup that is never deleted
   * @return ids of those that are gone
   * @throws InterruptedException when interrupted; what was asked for goes on by itself
   */
  public List<Long> prune(String prefix, String mark, Duration keepFor, long inUse)
      throws InterruptedException {
    List<Long> deleted = new ArrayList<>();
    try {
      Instant limit = clock.instant().minus(keepFor);
      List<BackupRecord> old =
          all().stream()
              .filter(backup -> backup.id() != inUse)
              .filter(backup -> backup.type().equals("ON_DEMAND"))
              .filter(backup -> backup.status() == Status.SUCCESSFUL)
              .filter(backup ->
                  backup
                      .description()
                      .filter(text -> text.startsWith(prefix) && text.contains(mark))
                      .isPresent())
              .filter(backup -> backup.startTime().filter(limit::isAfter).isPresent())
              .toList();
      // The list is newest first.
      for (BackupRecord backup : old.reversed().stream().limit(AT_ONCE).toList()) {
        if (!gone(api.deleteBackup(instance, backup.id()))) {
          break;
        }
        deleted.add(backup.id());
      }
    } catch (CloudSqlException e) {
      LOG.atInfo()
          .addKeyValue("instance", instance)
          .log("Old backups are tried again after the next one: {}", e.getMessage());
    }
    return deleted;
  }

  private List<BackupRecord> all() throws CloudSqlException {
    List<BackupRecord> backups = new ArrayList<>();
    Optional<String> token = Optional.empty();
    for (int i = 0; i < MAX_PAGES; i++) {
      Page<BackupRecord> page = api.listBackups(instance, token);
      backups.addAll(page.items());
      token = page.nextPageToken();
      if (token.isEmpty()) {
        break;
      }
    }
    return backups;
  }

  /** Whether the operation ended well, in time. */
  private boolean gone(OperationRecord begun) throws CloudSqlException, InterruptedException {
    Instant deadline = clock.instant().plus(LONGEST_WAIT);
    OperationRecord operation = begun;
    while (!operation.done() && clock.instant().isBefore(deadline)) {
      sleeper.sleep(POLL);
      operation = api.operation(instance, begun.name());
    }
    return operation.succeeded();
  }
}
