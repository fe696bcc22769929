package dev.whimbrel.google.build;

import dev.whimbrel.google.cloudsql.Sleeper;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that one build with a given tag exists, and watches it to its end.
 *
 * <p>Cloud Build has no idempotency token, so the tag is the key: it is <b>looked</b> for first;
 * only where nothing is found the build is <b>created</b>, once; a lost response leads back to
 * looking and never to a second build. Then its status is asked for until it is a final one. No
 * broken stream, no error of a call and no exit code says how a build ended: only its status does.
 *
 * <p>It is cancelled where that is asked for, and for no other reason: a watcher that goes away
 * leaves it running, and the next one finds it.
 *
 * <p>One object is one attempt: use it once, from one thread.
 */
public final class WatchedBuild {

  private static final Logger LOG = LoggerFactory.getLogger(WatchedBuild.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(300);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** How long a build whose creation nobody confirmed may stay invisible in the list. */
  private static final Duration SETTLE = Duration.ofSeconds(30);

  /** How long calls may fail that ask for what is there. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final CloudBuildApi api;
  private final BuildRequest request;
  private final Clock clock;
  private final Sleeper sleeper;
  private final BooleanSupplier stopped;
  private Duration pause = FIRST_PAUSE;
  private boolean cancelled;
  private boolean foreign;

  /**
   * An attempt; nothing is sent yet.
   *
   * @param sleeper may return early once {@code stopped}
   * @param stopped whether the build's end is asked for
   */
  public WatchedBuild(
      CloudBuildApi api,
      BuildRequest request,
      Clock clock,
      Sleeper sleeper,
      BooleanSupplier stopped) {
    this.api = api;
    this.request = request;
    this.clock = clock;
    this.sleeper = sleeper;
    this.stopped = stopped;
  }

  /**
   * Looks, creates where needed, watches.
   *
   * @throws InterruptedException when interrupted; the build goes on by itself
   */
  public BuildEnd run() throws InterruptedException {
    try {
      Optional<BuildRecord> found = look(PATIENCE);
      if (found.isEmpty() && stopped.getAsBoolean()) {
        return new BuildEnd.None(
            false, "Terminated", "the pod was told to end before it had submitted its build");
      }
      return watch(found.isPresent() ? found.get() : create());
    } catch (CloudBuildException e) {
      return none(e);
    } catch (NotVisible e) {
      return new BuildEnd.None(false, "BuildNotVisible", e.getMessage());
    }
  }

  /**
   * Watches a build that another Job has submitted. It is not cancelled when this attempt is to
   * end: it is not ours.
   *
   * @throws InterruptedException when interrupted
   */
  public BuildEnd follow(BuildRecord found) throws InterruptedException {
    foreign = true;
    return watch(found);
  }

  /** Asks the list until it answers. */
  private Optional<BuildRecord> look(Duration patience)
      throws CloudBuildException, InterruptedException {
    Instant until = clock.instant().plus(patience);
    while (true) {
      try {
        List<BuildRecord> builds = api.list(request.pool(), request.tag());
        // The oldest: whatever came after it was not ours to make.
        return builds.isEmpty() ? Optional.empty() : Optional.of(builds.getLast());
      } catch (CloudBuildException e) {
        if (isFinal(e) || stopped.getAsBoolean() || clock.instant().isAfter(until)) {
          throw e;
        }
        LOG.atInfo().log("Asking again: {}", e.getMessage());
        rest();
      }
    }
  }

  private BuildRecord create() throws CloudBuildException, InterruptedException, NotVisible {
    try {
      BuildRecord created = api.create(request);
      LOG.atInfo().addKeyValue("build", created.id()).log("Build submitted");
      return created;
    } catch (CloudBuildException e) {
      if (e.kind() != CloudBuildException.Kind.UNCERTAIN) {
        throw e;
      }
      LOG.atWarn().log("Looking for the build instead of asking again: {}", e.getMessage());
      return settle(e);
    }
  }

  private BuildRecord settle(CloudBuildException cause)
      throws CloudBuildException, InterruptedException, NotVisible {
    Instant until = clock.instant().plus(SETTLE);
    while (true) {
      Optional<BuildRecord> found = look(SETTLE);
      if (found.isPresent()) {
        return found.get();
      }
      if (clock.instant().isAfter(until)) {
        throw new NotVisible(
            cause.getMessage()
                + ". No build with tag "
                + request.tag()
                + " has shown up within "
                + SETTLE.toSeconds()
                + " s, and none is asked for a second time");
      }
      rest();
    }
  }

  private BuildEnd watch(BuildRecord first) throws InterruptedException {
    BuildRecord build = first;
    Instant answered = clock.instant();
    pause = FIRST_PAUSE;
    while (true) {
      if (foreign && stopped.getAsBoolean()) {
        return new BuildEnd.None(
            false,
            "Terminated",
            "the pod was told to end while it waited for build " + first.id() + " of another Job");
      }
      cancelWhereAsked(build);
      try {
        build = api.get(request.pool(), first.id());
        answered = clock.instant();
        if (build.status().terminal()) {
          return new BuildEnd.Ended(build, cancelled);
        }
      } catch (CloudBuildException e) {
        LOG.atInfo().log("The build goes on, whatever this means: {}", e.getMessage());
        if (isFinal(e) && clock.instant().isAfter(answered.plus(PATIENCE))) {
          return new BuildEnd.None(
              false, "BuildNotReadable", e.getMessage() + ". The build goes on by itself");
        }
      }
      rest();
    }
  }

  private void cancelWhereAsked(BuildRecord build) {
    if (!stopped.getAsBoolean() || cancelled) {
      return;
    }
    try {
      api.cancel(request.pool(), build.id());
      cancelled = true;
      LOG.atInfo().addKeyValue("build", build.id()).log("Cancelling the build");
    } catch (CloudBuildException e) {
      LOG.atWarn().log("The build is not cancelled yet: {}", e.getMessage());
    }
  }

  private void rest() throws InterruptedException {
    sleeper.sleep(pause);
    Duration longer = pause.multipliedBy(3).dividedBy(2);
    pause =
        stopped.getAsBoolean()
            ? FIRST_PAUSE
            : longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
  }

  private static boolean isFinal(CloudBuildException e) {
    return switch (e.kind()) {
      case DENIED, NOT_FOUND, INVALID -> true;
      case THROTTLED, UNCERTAIN -> false;
    };
  }

  private static BuildEnd.None none(CloudBuildException e) {
    return switch (e.kind()) {
      case DENIED -> new BuildEnd.None(true, "PermissionDenied", e.getMessage());
      case NOT_FOUND -> new BuildEnd.None(true, "WorkerPoolNotFound", e.getMessage());
      case INVALID -> new BuildEnd.None(true, "BuildRefused", e.getMessage());
      case THROTTLED -> new BuildEnd.None(false, "ApiQuotaExceeded", e.getMessage());
      case UNCERTAIN -> new BuildEnd.None(false, "CloudBuildUnreachable", e.getMessage());
    };
  }

  /** A build that may exist, and that the list does not show. */
  private static final class NotVisible extends Exception {

    private static final long serialVersionUID = 1L;

    NotVisible(String message) {
      super(message);
    }
  }
}
