package dev.whimbrel.google.cloudsql;

import dev.whimbrel.google.cloudsql.BackupRecord.Status;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Looks for the backup of a request: in the list of backups by its description, and among the
 * operations for one that the list does not show yet. Remembers what this process asked for.
 */
final class BackupSearch {

  /** A page holds 50; nobody makes a thousand within the window, so this only ends a bad answer. */
  private static final int MAX_PAGES = 20;

  private final CloudSqlApi api;
  private final BackupRequest request;
  private final Clock clock;

  private final Set<Long> failedBefore = new HashSet<>();
  private List<BackupRecord> listed = List.of();
  private Optional<String> ownOperation = Optional.empty();
  private Optional<OperationRecord> blocking = Optional.empty();

  BackupSearch(CloudSqlApi api, BackupRequest request, Clock clock) {
    this.api = api;
    this.request = request;
    this.clock = clock;
  }

  /** The insert was accepted as this operation: from now on a failure of it is ours. */
  void accepted(OperationRecord operation) {
    ownOperation = Optional.of(operation.name());
    listed.stream()
        .filter(backup -> backup.isDescribedAs(request.description()))
        .filter(backup -> backup.status().hasFailed())
        .forEach(backup -> failedBefore.add(backup.id()));
  }

  /** All backups of the instance that the last look saw, at least those of the quota's window. */
  List<BackupRecord> listed() {
    return listed;
  }

  /** What was running on the instance when we last looked at its operations. */
  Optional<OperationRecord> blocking() {
    return blocking;
  }

  /** Looks once. */
  BackupSighting look() throws CloudSqlException {
    Instant window = request.requestedAt().minus(request.clockSkew());
    Instant quotaWindow = clock.instant().minus(BackupQuota.WINDOW);
    listed =
        pages(
            token -> api.listBackups(request.instance(), token),
            BackupRecord::enqueuedTime,
            window.isBefore(quotaWindow) ? window : quotaWindow);
    List<OperationRecord> operations =
        ownOperation.isPresent()
            ? own(ownOperation.get())
            : pages(
                token -> api.listOperations(request.instance(), token),
                OperationRecord::insertTime,
                window);
    blocking = operations.stream().filter(operation -> !operation.done()).findFirst();

    Optional<BackupRecord> live =
        listed.stream()
            .filter(backup -> backup.isDescribedAs(request.description()))
            .filter(backup -> backup.status().isLive())
            .min(
                Comparator.comparing((BackupRecord b) -> b.status() != Status.SUCCESSFUL)
                    .thenComparing(b -> b.enqueuedTime().orElse(Instant.MAX)));
    if (live.isPresent()) {
      return judge(live.get(), operationOf(live.get(), operations));
    }
    return ownOperation.isPresent()
        ? judgeUnlisted(operations)
        : judgeStrangers(operations, window);
  }

  private static BackupSighting judge(BackupRecord backup, Optional<OperationRecord> operation) {
    Optional<String> error = operation.flatMap(OperationRecord::error);
    if (error.isPresent()) {
      return new BackupSighting.Failed(error.get());
    }
    boolean operationDone = operation.map(OperationRecord::done).orElse(true);
    if (backup.status() == Status.SUCCESSFUL && operationDone) {
      return new BackupSighting.Complete(backup);
    }
    return new BackupSighting.Underway(
        "backup " + backup.id() + " (" + backup.status() + inOperation(operation) + ")");
  }

  /** Our own operation, whose backup the list does not show as live. */
  private BackupSighting judgeUnlisted(List<OperationRecord> operations) {
    Optional<OperationRecord> operation = operations.stream().findFirst();
    Optional<String> error = operation.flatMap(OperationRecord::error);
    if (error.isPresent()) {
      return new BackupSighting.Failed(error.get());
    }
    Optional<BackupRecord> failed =
        listed.stream()
            .filter(backup -> backup.isDescribedAs(request.description()))
            .filter(backup -> backup.status().hasFailed())
            .filter(backup -> !failedBefore.contains(backup.id()))
            .findFirst();
    if (failed.isPresent()) {
      return new BackupSighting.Failed(
          failed
              .get()
              .error()
              .orElse("backup " + failed.get().id() + " is " + failed.get().status()));
    }
    return new BackupSighting.Underway(
        "the backup of operation " + ownOperation.orElseThrow() + " (not listed yet)");
  }

  /** Operations of whoever: an earlier process of ours may have started one of them. */
  private BackupSighting judgeStrangers(List<OperationRecord> operations, Instant window)
      throws CloudSqlException {
    for (OperationRecord operation : operations) {
      boolean candidate =
          operation.isBackup()
              && operation.error().isEmpty()
              && operation.insertTime().map(time -> !time.isBefore(window)).orElse(true)
              && !explainedByList(operation);
      if (!candidate) {
        continue;
      }
      Optional<BackupRecord> backup = unlisted(operation);
      if (backup.isPresent()) {
        if (backup.get().isDescribedAs(request.description()) && backup.get().status().isLive()) {
          return judge(backup.get(), Optional.of(operation)) instanceof BackupSighting.Failed failed
              ? failed
              : new BackupSighting.Underway(
                  "backup "
                      + backup.get().id()
                      + " (not listed yet"
                      + inOperation(Optional.of(operation))
                      + ")");
        }
      } else if (!operation.done() || endedJustNow(operation)) {
        return new BackupSighting.PerhapsOurs(operation);
      }
    }
    return new BackupSighting.Nothing();
  }

  /** Whether a listed backup is what this operation made; then its description has decided. */
  private boolean explainedByList(OperationRecord operation) {
    if (operation.backupId().isPresent()) {
      return listed.stream().anyMatch(backup -> backup.id() == operation.backupId().get());
    }
    // One operation at a time per instance: a backup enqueued during this one is this one's.
    Instant from = operation.insertTime().orElse(Instant.MAX);
    Instant to = operation.endTime().orElse(clock.instant());
    return listed.stream()
        .flatMap(backup -> backup.enqueuedTime().stream())
        .anyMatch(time -> !time.isBefore(from.minusSeconds(1)) && !time.isAfter(to));
  }

  private Optional<BackupRecord> unlisted(OperationRecord operation) throws CloudSqlException {
    if (operation.backupId().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(api.backup(request.instance(), operation.backupId().get()));
    } catch (CloudSqlException e) {
      if (e.kind() == CloudSqlException.Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private boolean endedJustNow(OperationRecord operation) {
    return operation
        .endTime()
        .map(end -> end.plus(request.settleTime()).isAfter(clock.instant()))
        .orElse(false);
  }

  private Optional<OperationRecord> operationOf(
      BackupRecord backup, List<OperationRecord> operations) {
    return operations.stream()
        .filter(operation ->
            operation
                .backupId()
                .map(id -> id == backup.id())
                .orElse(ownOperation.filter(operation.name()::equals).isPresent()))
        .findFirst();
  }

  private List<OperationRecord> own(String name) throws CloudSqlException {
    try {
      return List.of(api.operation(request.instance(), name));
    } catch (CloudSqlException e) {
      if (e.kind() == CloudSqlException.Kind.NOT_FOUND) {
        return List.of();
      }
      throw e;
    }
  }

  private static String inOperation(Optional<OperationRecord> operation) {
    return operation.map(found -> ", operation " + found.name()).orElse("");
  }

  private static <T> List<T> pages(
      Source<T> source, Function<T, Optional<Instant>> time, Instant until)
      throws CloudSqlException {
    List<T> items = new ArrayList<>();
    Optional<String> token = Optional.empty();
    for (int i = 0; i < MAX_PAGES; i++) {
      Page<T> page = source.page(token);
      items.addAll(page.items());
      boolean beyond =
          page.items().stream()
              .flatMap(item -> time.apply(item).stream())
              .anyMatch(when -> when.isBefore(until));
      token = page.nextPageToken();
      if (beyond || token.isEmpty()) {
        break;
      }
    }
    return items;
  }

  /** One page of a list. */
  private interface Source<T> {
    Page<T> page(Optional<String> token) throws CloudSqlException;
  }
}
