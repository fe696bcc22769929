package dev.whimbrel.runner.verify;

import dev.whimbrel.protocol.RunnerInput.HttpCheck;
import dev.whimbrel.protocol.RunnerInput.Latency;
import dev.whimbrel.runner.Job;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The requests of the spec: whether they are answered as expected, and how fast. */
final class HttpChecks implements AutoCloseable {

  private static final long PAUSE_MILLIS = 1000;
  private static final int WARM_UP = 5;

  /** For the samples of one check: a slow application makes a short measurement. */
  private static final Duration MEASURING = Duration.ofSeconds(60);

  private final Job job;
  private final HttpClient client = HttpProbe.client();

  HttpChecks(Job job) {
    this.job = job;
  }

  /** The probe of a check, by its place in the spec. */
  HttpProbe probe(HttpCheck check, int index) {
    Map<String, String> headers =
        check.headers() ? HeaderFiles.read(check.name(), job.mounts().headers(index)) : Map.of();
    return new HttpProbe(client, check, headers);
  }

  /** Why the check does not hold, after all its retries; empty where it holds. */
  Optional<String> broken(HttpCheck check, HttpProbe probe) throws InterruptedException {
    for (int failures = 1; ; failures++) {
      if (!(probe.get() instanceof Answer.Bad bad)) {
        return Optional.empty();
      }
      if (bad.lasting() || failures > check.retries() || job.stop().await(PAUSE_MILLIS)) {
        return Optional.of(
            "GET "
                + shown(check.url())
                + " "
                + bad.why()
                + (failures == 1 ? "" : " (after " + failures + " attempts)"));
      }
    }
  }

  /** Response times after a warm-up; empty where too few requests were answered as expected. */
  Optional<ResponseTimes> measure(HttpProbe probe, Latency latency) throws InterruptedException {
    Instant until = job.clock().instant().plus(MEASURING);
    for (int i = 0; i < WARM_UP && job.clock().instant().isBefore(until); i++) {
      probe.get();
    }
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < latency.samples(); i++) {
      if (job.stop().requested() || !job.clock().instant().isBefore(until)) {
        break;
      }
      if (probe.get() instanceof Answer.Good good) {
        nanos.add(good.nanos());
      }
    }
    return nanos.size() * 2 < latency.samples()
        ? Optional.empty()
        : Optional.of(new ResponseTimes(nanos));
  }

  /** Without its query, where people put what nobody should read. */
  private static String shown(String url) {
    return url.replaceFirst("[?#].*$", "");
  }

  @Override
  public void close() {
    // Not close(), which would wait for whoever does not answer.
    client.shutdownNow();
  }
}
