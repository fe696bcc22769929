package dev.whimbrel.google.cloudsql;

import static dev.whimbrel.google.Wording.withoutStop;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that one backup is put back into its instance once, however often it is asked and
 * wherever an earlier attempt was killed.
 *
 * <p>Cloud SQL has no idempotency token, and a second restore would throw away what was written
 * after the first. So each round <b>looks</b> first, for a restore among the operations that are
 * younger than the plan; only where there is none, and long enough after any request whose fate is
 * unknown, it <b>asks</b>; then it goes back to looking until the operation has ended. A lost
 * response is never repeated, 409 operationInProgress means that nothing was accepted, and running
 * out of time is not a failure.
 *
 * <p>One object is one attempt: use it once, from one thread.
 */
public final class InstanceRestore {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceRestore.class);
  private static final Duration THROTTLE_PAUSE = Duration.ofSeconds(60);
  private static final int MAX_PAGES = 20;

  private final CloudSqlApi api;
  private final RestoreRequest request;
  private final Clock clock;
  private final Sleeper sleeper;

  private Optional<String> own = Optional.empty();
  private Optional<OperationRecord> blocking = Optional.empty();
  private boolean asked;
  private boolean doubtful;
  private Instant noRequestBefore;
  private Duration pause;
  private String reason;
  private String unfinished;

  /** An attempt; nothing is sent yet. */
  public InstanceRestore(CloudSqlApi api, RestoreRequest request, Clock clock, Sleeper sleeper) {
    this.api = api;
    this.request = request;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  /**
   * Looks, asks where needed, and waits for at most {@link RestoreRequest#maxWait}.
   *
   * @throws InterruptedException when interrupted; what was asked for goes on by itself
   */
  public RestoreResult run() throws InterruptedException {
    Instant start = clock.instant();
    Instant deadline = start.plus(request.maxWait());
    doubtful = !request.firstRequest();
    noRequestBefore = doubtful ? start.plus(request.settleTime()) : start;
    while (true) {
      pause = request.pollInterval();
      Optional<RestoreResult> result = round();
      if (result.isPresent()) {
        return result.get();
      }
      Duration left = Duration.between(clock.instant(), deadline);
      if (!left.isPositive()) {
        return doubtful
            ? new RestoreResult.Underway(reason, unfinished)
            : new RestoreResult.Transient(reason, unfinished);
      }
      sleeper.sleep(pause.compareTo(left) < 0 ? pause : left);
    }
  }

  private Optional<RestoreResult> round() {
    try {
      Optional<OperationRecord> found = look();
      return found.isPresent() ? judge(found.get()) : ask();
    } catch (CloudSqlException e) {
      return unanswered(e);
    }
  }

  // --- looking ---------------------------------------------------------------------------------

  private Optional<OperationRecord> look() throws CloudSqlException {
    if (own.isPresent()) {
      return Optional.of(api.operation(request.instance(), own.get()));
    }
    blocking = Optional.empty();
    Optional<OperationRecord> oldest = Optional.empty();
    Optional<String> token = Optional.empty();
    for (int i = 0; i < MAX_PAGES; i++) {
      Page<OperationRecord> page = api.listOperations(request.instance(), token);
      for (OperationRecord operation : page.items()) {
        if (!operation.done() && blocking.isEmpty()) {
          blocking = Optional.of(operation);
        }
        if (isOurs(operation)) {
          // Newest first: of several the oldest is what was asked for.
          oldest = Optional.of(operation);
        }
      }
      token = page.nextPageToken();
      if (token.isEmpty() || page.items().stream().anyMatch(this::isOlder)) {
        break;
      }
    }
    return oldest;
  }

  private boolean isOlder(OperationRecord operation) {
    return operation.insertTime().filter(time -> !time.isAfter(request.after())).isPresent();
  }

  private boolean isOurs(OperationRecord operation) {
    return operation.isRestore()
        && operation.insertTime().filter(request.after()::isBefore).isPresent()
        && operation.backupId().map(id -> id == request.backup()).orElse(true);
  }

  private Optional<RestoreResult> judge(OperationRecord operation) {
    if (request.firstRequest() && !asked) {
      return Optional.of(
          new RestoreResult.Refused(
              "RestoredMeanwhile",
              "instance %s was restored by somebody else since the plan was made (%s); nothing more was asked for"
                  .formatted(request.instance(), operation.describe())));
    }
    own = Optional.of(operation.name());
    doubtful = true;
    if (operation.succeeded()) {
      return Optional.of(new RestoreResult.Done(operation));
    }
    if (operation.done()) {
      return Optional.of(
          new RestoreResult.Failed(
              "Cloud SQL ended the restore of backup %d into instance %s with an error: %s (operation %s). What the instance holds now is not known: look at it, and at gcloud sql operations describe %s --project=%s"
                  .formatted(
                      request.backup(),
                      request.instance(),
                      withoutStop(operation.error().orElse("no reason given")),
                      operation.name(),
                      operation.name(),
                      request.instance().project())));
    }
    return unfinished(
        "RestoreStillRunning",
        "%s is putting backup %d back into instance %s and was not over after %s; it goes on by itself, and the next Job waits on"
            .formatted(
                operation.describe(), request.backup(), request.instance(), request.maxWait()));
  }

  // --- asking ----------------------------------------------------------------------------------

  private Optional<RestoreResult> ask() throws CloudSqlException {
    if (clock.instant().isBefore(noRequestBefore)) {
      return unfinished(
          "RestoreNotVisible",
          "no restore of instance %s is visible, but an earlier request may still be on its way. The next Job looks again"
              .formatted(request.instance()));
    }
    doubtful = false;
    if (blocking.isPresent()) {
      return busy("instance %s is busy".formatted(request.instance()));
    }
    Optional<RestoreResult> refusal =
        RestorePreconditions.refusal(api, request.instance(), request.backup());
    return refusal.isPresent() ? refusal : send();
  }

  private Optional<RestoreResult> send() {
    asked = true;
    try {
      OperationRecord operation = api.restoreBackup(request.instance(), request.backup());
      LOG.atInfo()
          .addKeyValue("instance", request.instance())
          .addKeyValue("operation", operation.name())
          .log("Restore requested");
      own = Optional.of(operation.name());
      doubtful = true;
      return unfinished(
          "RestoreStillRunning",
          "the restore of backup %d into instance %s was just requested; the next Job waits on"
              .formatted(request.backup(), request.instance()));
    } catch (CloudSqlException e) {
      if (e.kind() != CloudSqlException.Kind.UNCERTAIN) {
        return unanswered(e);
      }
      doubtful = true;
      noRequestBefore = clock.instant().plus(request.settleTime());
      LOG.atWarn()
          .addKeyValue("instance", request.instance())
          .log("Looking for the restore instead of asking again: {}", e.getMessage());
      return unfinished(
          "CloudSqlUnreachable",
          "%s. The next Job looks for the restore before it asks again"
              .formatted(withoutStop(e.getMessage())));
    }
  }

  private Optional<RestoreResult> unanswered(CloudSqlException e) {
    return switch (e.kind()) {
      // Once asked, no answer to a question says that it is over.
      case DENIED, NOT_FOUND, INVALID ->
          doubtful
              ? unfinished("CloudSqlRefuses", withoutStop(e.getMessage()))
              : Optional.of(
                  new RestoreResult.Refused(
                      e.kind() == CloudSqlException.Kind.DENIED
                          ? "PermissionDenied"
                          : "RestoreRefused",
                      e.getMessage()));
      case BUSY -> busy(withoutStop(e.getMessage()));
      case THROTTLED -> {
        pause = THROTTLE_PAUSE;
        yield unfinished("ApiQuotaExceeded", withoutStop(e.getMessage()));
      }
      case UNCERTAIN -> unfinished("CloudSqlUnreachable", withoutStop(e.getMessage()));
    };
  }

  /** Nothing was accepted, and who is at work ends some time. */
  private Optional<RestoreResult> busy(String what) {
    return unfinished(
        "InstanceBusy",
        "%s%s; the restore was not asked for yet"
            .formatted(what, blocking.map(found -> " (" + found.describe() + ")").orElse("")));
  }

  private Optional<RestoreResult> unfinished(String why, String message) {
    reason = why;
    unfinished = message;
    return Optional.empty();
  }
}
