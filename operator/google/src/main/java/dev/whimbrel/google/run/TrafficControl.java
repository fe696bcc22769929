package dev.whimbrel.google.run;

import dev.whimbrel.google.GoogleException;
import dev.whimbrel.google.GoogleException.Kind;
import dev.whimbrel.google.cloudsql.Sleeper;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the traffic split of a service, and puts a recorded one back. Only ever a recorded one:
 * "the revision before" is the wrong one as soon as a deployment has failed or has not begun.
 *
 * <p>A split that was put back is made of named revisions, and stays through every later deployment
 * until the traffic is sent to the newest revision again.
 */
public final class TrafficControl {

  /** What reading and putting back needs. */
  public static final List<String> PERMISSIONS = List.of("run.services.get", "run.services.update");

  private static final int MOST_TRIES = 5;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** For all of it; a Job that undoes a schema after it has that much more time than its work. */
  private static final Duration LONGEST = Duration.ofMinutes(4);

  private final CloudRunApi api;
  private final CloudRunService service;
  private final CloudRunErrors errors;
  private final Clock clock;
  private final Sleeper sleeper;

  /**
   * For one service.
   *
   * @param member who calls, as IAM spells it, like {@code serviceAccount:x@y}
   */
  public TrafficControl(
      CloudRunApi api, CloudRunService service, String member, Clock clock, Sleeper sleeper) {
    this.api = api;
    this.service = service;
    this.errors = new CloudRunErrors(service, member);
    this.clock = clock;
    this.sleeper = sleeper;
  }

  /**
   * The split as it is.
   *
   * @throws CloudRunException where it cannot be read, or where no revision serves yet
   */
  public ServiceTraffic read() throws CloudRunException {
    ServiceTraffic read = readOnce();
    if (read.percents().isEmpty()) {
      throw new CloudRunException(
          true,
          service + " has no revision that serves: there is nothing to go back to",
          "gcloud run services describe " + service.flags(),
          null);
    }
    return read;
  }

  private ServiceTraffic readOnce() throws CloudRunException {
    try {
      return api.read(service);
    } catch (GoogleException e) {
      throw errors.explain(e, false, Optional.empty());
    }
  }

  /** Which of {@link #PERMISSIONS} the caller lacks, and the command that mends it. */
  public Optional<String> grant(ServiceTraffic read) throws GoogleException {
    return api.missing(service, PERMISSIONS).isEmpty()
        ? Optional.empty()
        : Optional.of(errors.mayUpdate(read.serviceAccount()));
  }

  /**
   * Puts a split back.
   *
   * @param recorded each revision by its name; tags stay as they are now
   * @return who served before; empty where nothing had to be done
   * @throws CloudRunException where it was not done, or nobody knows whether it was
   */
  public Optional<ServiceTraffic> restore(List<Share> recorded)
      throws CloudRunException, InterruptedException {
    Map<String, Integer> wanted = ServiceTraffic.percents(recorded);
    ServiceTraffic first = readOnce();
    if (isSo(first, wanted) && !first.settling()) {
      return Optional.empty();
    }
    Instant until = clock.instant().plus(LONGEST);
    ServiceTraffic now = first;
    CloudRunException last = null;
    for (int tried = 0; tried < MOST_TRIES && clock.instant().isBefore(until); tried++) {
      try {
        follow(api.move(service, withTags(wanted, now.wanted()), now.etag()), until);
        last = null;
      } catch (GoogleException e) {
        last = errors.explain(e, true, now.serviceAccount());
        if (e.kind() != Kind.PRECONDITION && e.kind() != Kind.UNCLEAR) {
          throw last;
        }
      }
      // What a lost answer or somebody else's change came to, the service says.
      now = readOnce();
      if (isSo(now, wanted)) {
        return Optional.of(first);
      }
      sleeper.sleep(PAUSE);
    }
    throw last != null
        ? last
        : new CloudRunException(
            false,
            service
                + " serves "
                + now.text()
                + " although it was told to serve "
                + ServiceTraffic.text(wanted),
            "",
            null);
  }

  private static boolean isSo(ServiceTraffic now, Map<String, Integer> wanted) {
    return now.percents().equals(wanted);
  }

  /** The split in percent, and every address that there is now. */
  private static List<Share> withTags(Map<String, Integer> wanted, List<Share> now) {
    List<Share> traffic = new ArrayList<>();
    wanted.forEach((revision, percent) -> traffic.add(Share.of(revision, percent)));
    now.stream()
        .filter(share -> share.tag().isPresent())
        .forEach(share -> traffic.add(new Share(share.revision(), 0, share.tag())));
    return traffic;
  }

  private void follow(RunOperation begun, Instant until)
      throws CloudRunException, InterruptedException {
    RunOperation operation = begun;
    while (!operation.done() && clock.instant().isBefore(until)) {
      sleeper.sleep(PAUSE);
      try {
        operation = api.operation(operation.name());
      } catch (GoogleException e) {
        // Whoever may not look at operations still sees when the service is busy no more.
        if (!readOnce().settling()) {
          return;
        }
      }
    }
    if (operation.error().isPresent()) {
      throw new CloudRunException(
          true,
          service + " did not move its traffic: " + operation.error().get(),
          "gcloud run revisions list --service="
              + service.name()
              + " --region="
              + service.region()
              + " --project="
              + service.project(),
          null);
    }
  }
}
