package dev.whimbrel.runner.verify;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.protocol.RunnerInput.Check;
import dev.whimbrel.protocol.RunnerInput.HttpCheck;
import dev.whimbrel.protocol.RunnerInput.Latency;
import dev.whimbrel.protocol.RunnerInput.RowCounts;
import dev.whimbrel.protocol.RunnerInput.Verify;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Catalog;
import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Makes every check of the spec, whatever the others found, and compares with the {@link Baseline}
 * of this Job. A Job that verifies what another has migrated has none.
 */
public final class Verification {

  static final String NO_BASELINE =
      "no baseline: this Job did not migrate, and what was measured before is gone";

  private static final long ROUND_MILLIS = 10_000;

  private final Job job;
  private final Session session;
  private final List<CheckResult> results = new ArrayList<>();

  /**
   * A verification.
   *
   * @param session read-only
   */
  public Verification(Job job, Session session) {
    this.job = job;
    this.session = session;
  }

  /** What was found, in the order of the spec. */
  public List<CheckResult> run() throws SQLException, InterruptedException {
    Verify verify = job.input().verify();
    if (verify != null && verify.rollout() != null) {
      watch(verify);
      return List.copyOf(results);
    }
    catalog();
    sql();
    if (verify != null) {
      http(verify.http(), true);
      if (verify.rowCounts() != null) {
        rows(verify.rowCounts());
      }
    }
    return List.copyOf(results);
  }

  private void rows(RowCounts settings) throws SQLException, InterruptedException {
    RowCounter counter = new RowCounter(session, job.clock());
    Optional<Baseline> baseline = job.report().baseline();
    RowChecks rows = new RowChecks(settings, counter, baseline, job.stop());
    for (String table : settings.tables()) {
      results.add(rows.check(table));
    }
    if (baseline.isPresent()) {
      ValueChecks values =
          new ValueChecks(settings, counter, baseline.get().mayChange(), job.stop());
      for (AlteredValues altered : baseline.get().altered()) {
        results.add(values.check(altered));
      }
    }
  }

  /** The second stage: everything must hold again and again; response times are for the end. */
  private void watch(Verify verify) throws InterruptedException {
    Instant until = job.clock().instant().plusSeconds(verify.rollout().seconds());
    for (boolean last = false; !last && !isFailed(); ) {
      last = !job.clock().instant().isBefore(until);
      results.clear();
      sql();
      http(verify.http(), last);
      long left = Duration.between(job.clock().instant(), until).toMillis();
      if (!last && !isFailed() && job.stop().await(Math.clamp(left, 0, ROUND_MILLIS))) {
        throw StepFailure.transientFailure(
            "Terminated", "the pod was told to end before the rollout was watched for long enough");
      }
    }
  }

  private boolean isFailed() {
    return results.stream().anyMatch(check -> check.result().equals(CheckResult.FAILED));
  }

  private void catalog() throws SQLException {
    Set<String> invalid = Catalog.invalidIndexes(session);
    add(
        "indexes are valid",
        invalid.isEmpty() ? CheckResult.PASSED : CheckResult.WARNED,
        invalid.isEmpty()
            ? null
            : "invalid: " + String.join(", ", invalid) + "; drop and build them again");
    Set<String> unvalidated = Catalog.unvalidatedConstraints(session);
    add(
        "constraints are validated",
        unvalidated.isEmpty() ? CheckResult.PASSED : CheckResult.WARNED,
        unvalidated.isEmpty()
            ? null
            : "not validated: "
                + String.join(", ", unvalidated)
                + "; ALTER TABLE … VALIDATE CONSTRAINT in a later revision");
  }

  private void sql() {
    SqlChecks queries = new SqlChecks(session);
    for (Check check : job.input().checks()) {
      judge("sql " + check.name(), check.name(), queries.broken(check));
    }
  }

  private void http(List<HttpCheck> checks, boolean compares) throws InterruptedException {
    try (HttpChecks http = new HttpChecks(job)) {
      for (int i = 0; i < checks.size(); i++) {
        HttpCheck check = checks.get(i);
        HttpProbe probe = http.probe(check, i);
        Optional<String> broken = http.broken(check, probe);
        judge("http " + check.name(), check.name(), broken);
        if (compares && broken.isEmpty() && check.latency() != null) {
          results.add(latency(check, http, probe));
        }
      }
    }
  }

  private CheckResult latency(HttpCheck check, HttpChecks http, HttpProbe probe)
      throws InterruptedException {
    String name = "latency " + check.name();
    Optional<ResponseTimes> before = before(check);
    if (before.isEmpty()) {
      boolean measured = job.report().baseline().isPresent();
      return new CheckResult(
          name,
          CheckResult.SKIPPED,
          null,
          null,
          measured ? "too few requests were answered before the migration" : NO_BASELINE);
    }
    Optional<ResponseTimes> after = http.measure(probe, check.latency());
    if (after.isEmpty()) {
      return new CheckResult(
          name,
          exceeded(check.latency()),
          before.get().text(),
          null,
          "check \"" + check.name() + "\": too few requests were answered to compare");
    }
    return compare(check, before.get(), after.get());
  }

  private Optional<ResponseTimes> before(HttpCheck check) {
    return job.report()
        .baseline()
        .flatMap(measured -> measured.responseTimesOf(check.name()))
        .or(() ->
            Optional.ofNullable(job.input().verify().rollout())
                .map(rollout -> rollout.medianMillis().get(check.name()))
                .map(millis -> new ResponseTimes(List.of(Duration.ofMillis(millis).toNanos()))));
  }

  private static CheckResult compare(HttpCheck check, ResponseTimes before, ResponseTimes after) {
    Latency latency = check.latency();
    Duration more = after.median().minus(before.median());
    double ratio = (double) after.median().toNanos() / Math.max(1, before.median().toNanos());
    boolean slow = ratio > latency.maxRatio() && more.toMillis() > latency.floorMillis();
    String what =
        String.format(
            Locale.ROOT,
            "median of %d requests %.1f times that of before; 95%% within %s, before %s",
            after.samples(),
            ratio,
            ResponseTimes.millis(after.high()),
            ResponseTimes.millis(before.high()));
    return new CheckResult(
        "latency " + check.name(),
        slow ? exceeded(latency) : CheckResult.PASSED,
        before.text(),
        after.text(),
        slow ? "check \"" + check.name() + "\" has become slower: " + what : what);
  }

  private static String exceeded(Latency latency) {
    return latency.fail() ? CheckResult.FAILED : CheckResult.WARNED;
  }

  private void judge(String name, String check, Optional<String> broken) {
    add(
        name,
        broken.isEmpty() ? CheckResult.PASSED : CheckResult.FAILED,
        broken.map(why -> "check \"" + check + "\" " + why).orElse(null));
  }

  private void add(String name, String result, String message) {
    results.add(new CheckResult(name, result, null, null, message));
  }
}
