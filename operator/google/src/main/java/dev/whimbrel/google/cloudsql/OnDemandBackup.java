package dev.whimbrel.google.cloudsql;

import static dev.whimbrel.google.Wording.withoutStop;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that one on-demand backup with a given description exists, however often it is asked
 * and wherever an earlier attempt was killed.
 *
 * <p>Cloud SQL has no idempotency token, so the description is the key. Each round <b>looks</b>
 * first (list of backups, then operations); only where nothing is found, and long enough after any
 * request whose fate is unknown, it <b>inserts</b>; then it goes back to looking until the list
 * shows the backup as SUCCESSFUL. A lost response is never repeated, 409 operationInProgress means
 * that nothing was inserted, and running out of time is not a failure: the backup goes on by itself
 * and the next attempt finds it.
 *
 * <p>One object is one attempt: use it once, from one thread.
 */
public final class OnDemandBackup {

  private static final Logger LOG = LoggerFactory.getLogger(OnDemandBackup.class);

  /** Quotas of the API are per minute. */
  private static final Duration THROTTLE_PAUSE = Duration.ofSeconds(60);

  private final CloudSqlApi api;
  private final BackupRequest request;
  private final Clock clock;
  private final Sleeper sleeper;
  private final BackupSearch search;

  private boolean accepted;
  private boolean doubtful;
  private Instant noInsertBefore;
  private Duration pause;
  private Optional<InstanceFacts> facts = Optional.empty();
  private BackupResult.Transient unfinished;

  /** An attempt; nothing is sent yet. */
  public OnDemandBackup(CloudSqlApi api, BackupRequest request, Clock clock, Sleeper sleeper) {
    this.api = api;
    this.request = request;
    this.clock = clock;
    this.sleeper = sleeper;
    this.search = new BackupSearch(api, request, clock);
  }

  /**
   * Looks, asks where needed, and waits for at most {@link BackupRequest#maxWait}.
   *
   * @throws InterruptedException when interrupted; what was asked for goes on by itself
   */
  public BackupResult run() throws InterruptedException {
    Instant start = clock.instant();
    Instant deadline = start.plus(request.maxWait());
    // An earlier attempt may have asked a moment ago, and the lists may not show it yet.
    doubtful = !request.firstRequest();
    noInsertBefore = doubtful ? start.plus(request.settleTime()) : start;
    while (true) {
      pause = request.pollInterval();
      Optional<BackupResult> result = round();
      if (result.isPresent()) {
        return result.get();
      }
      Duration left = Duration.between(clock.instant(), deadline);
      if (!left.isPositive()) {
        return unfinished;
      }
      sleeper.sleep(pause.compareTo(left) < 0 ? pause : left);
    }
  }

  private Optional<BackupResult> round() {
    try {
      return switch (search.look()) {
        case BackupSighting.Complete(BackupRecord backup) -> Optional.of(done(backup));
        case BackupSighting.Failed(String error) -> Optional.of(failed(error));
        case BackupSighting.Underway(String what) -> stillRunning(what);
        case BackupSighting.PerhapsOurs(OperationRecord operation) -> perhapsOurs(operation);
        case BackupSighting.Nothing() -> insert();
      };
    } catch (CloudSqlException e) {
      return unanswered(e);
    }
  }

  private Optional<BackupResult> insert() throws CloudSqlException {
    if (clock.instant().isBefore(noInsertBefore)) {
      if (unfinished == null || !unfinished.reason().equals("InstanceBusy")) {
        unfinished =
            later(
                "BackupNotVisible",
                "no backup \"%s\" is visible on instance %s, but an earlier request for it may still be on its way. The next attempt looks again"
                    .formatted(request.description(), request.instance()));
      }
      return Optional.empty();
    }
    facts = Optional.of(api.instance(request.instance()));
    Optional<BackupResult> refusal = BackupPreconditions.refusal(facts.get());
    if (refusal.isPresent()) {
      return refusal;
    }
    Optional<Instant> token = BackupQuota.nextTokenAt(search.listed(), clock.instant());
    if (token.isPresent()) {
      return Optional.of(
          new BackupResult.Transient(
              "BackupRateLimited",
              "instance %s has used up its 5 backups per 50 minutes (a limit of Cloud SQL); the next one is possible at %s. Nothing was requested"
                  .formatted(request.instance(), token.get()),
              token));
    }
    return send();
  }

  private Optional<BackupResult> send() {
    try {
      OperationRecord operation = api.insertBackup(request.instance(), request.description());
      accepted = true;
      search.accepted(operation);
      LOG.atInfo()
          .addKeyValue("instance", request.instance())
          .addKeyValue("operation", operation.name())
          .log("Backup requested");
      return stillRunning("the backup of operation " + operation.name() + " (just requested)");
    } catch (CloudSqlException e) {
      return switch (e.kind()) {
        case BUSY -> busy(e);
        case UNCERTAIN -> uncertain(e);
        case DENIED, NOT_FOUND, INVALID, THROTTLED -> unanswered(e);
      };
    }
  }

  /** Nothing was inserted. What is in progress may be an earlier request of ours, though. */
  private Optional<BackupResult> busy(CloudSqlException e) {
    if (doubtful) {
      noInsertBefore = clock.instant().plus(request.settleTime());
    }
    String operation = search.blocking().map(found -> " (" + found.describe() + ")").orElse("");
    unfinished =
        later(
            "InstanceBusy",
            "no backup was requested: %s%s. The next attempt tries again"
                .formatted(withoutStop(e.getMessage()), operation));
    return Optional.empty();
  }

  private Optional<BackupResult> uncertain(CloudSqlException e) {
    doubtful = true;
    noInsertBefore = clock.instant().plus(request.settleTime());
    LOG.atWarn()
        .addKeyValue("instance", request.instance())
        .log("Looking for the backup instead of asking again: {}", e.getMessage());
    unfinished =
        later(
            "CloudSqlUnreachable",
            "%s. The next attempt looks for the backup \"%s\" before it asks again"
                .formatted(withoutStop(e.getMessage()), request.description()));
    return Optional.empty();
  }

  private Optional<BackupResult> unanswered(CloudSqlException e) {
    return switch (e.kind()) {
      case DENIED -> Optional.of(new BackupResult.Permanent("PermissionDenied", e.getMessage()));
      case NOT_FOUND -> Optional.of(new BackupResult.Permanent("InstanceNotFound", e.getMessage()));
      case INVALID -> Optional.of(new BackupResult.Permanent("BackupRefused", e.getMessage()));
      case BUSY -> busy(e);
      case THROTTLED -> {
        pause = THROTTLE_PAUSE;
        unfinished =
            later(
                "ApiQuotaExceeded",
                "%s. The next attempt goes on from here".formatted(withoutStop(e.getMessage())));
        yield Optional.empty();
      }
      case UNCERTAIN -> {
        unfinished =
            later(
                "CloudSqlUnreachable",
                "%s. %sThe next attempt looks again; if this stays, check that the pod may reach the Cloud SQL Admin API and has credentials"
                    .formatted(
                        withoutStop(e.getMessage()),
                        accepted ? "The backup was accepted and goes on by itself. " : ""));
        yield Optional.empty();
      }
    };
  }

  private Optional<BackupResult> stillRunning(String what) {
    unfinished =
        later(
            "BackupStillRunning",
            "%s of instance %s was not complete after %s. It has not failed and goes on by itself; the next attempt finds it again by its description \"%s\""
                .formatted(what, request.instance(), request.maxWait(), request.description()));
    return Optional.empty();
  }

  private Optional<BackupResult> perhapsOurs(OperationRecord operation) {
    doubtful = true;
    unfinished =
        later(
            "InstanceBusy",
            "instance %s is busy with %s, which may be an earlier request for this backup; nothing more was requested. The next attempt looks again"
                .formatted(request.instance(), operation.describe()));
    return Optional.empty();
  }

  private BackupResult failed(String error) {
    boolean limited = error.toLowerCase(java.util.Locale.ROOT).matches(".*(quota|rate|limit).*");
    return later(
        limited ? "BackupRateLimited" : "BackupFailed",
        "Cloud SQL could not take the backup \"%s\" of instance %s: %s. The next attempt asks for a new one; gcloud sql operations list --instance=%s --project=%s shows the history"
            .formatted(
                request.description(),
                request.instance(),
                withoutStop(error),
                request.instance().name(),
                request.instance().project()));
  }

  private BackupResult done(BackupRecord backup) throws CloudSqlException {
    if (facts.isEmpty()) {
      facts = Optional.of(api.instance(request.instance()));
    }
    Instant started = backup.startTime().or(backup::enqueuedTime).orElse(request.requestedAt());
    return new BackupResult.Done(
        Long.toString(backup.id()),
        started,
        backup.endTime().orElse(started),
        request.description(),
        backup.location(),
        facts.flatMap(InstanceFacts::backupTier));
  }

  private static BackupResult.Transient later(String reason, String message) {
    return new BackupResult.Transient(reason, message, Optional.empty());
  }
}
