package dev.whimbrel.runner.verify;

import dev.whimbrel.protocol.RunnerInput.HttpCheck;
import dev.whimbrel.protocol.RunnerInput.Verify;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Connections;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Measures before the first statement. What is broken before the migration would be blamed on it
 * afterwards, so nothing starts then.
 */
public final class BaselineReader {

  private final Job job;

  public BaselineReader(Job job) {
    this.job = job;
  }

  /**
   * Measures, and lets the Job remember it.
   *
   * @throws StepFailure with reason UnhealthyBefore, NoHeaders or NotReadable, where a check could
   *     not hold afterwards either
   */
  public void read() throws SQLException, InterruptedException {
    Verify verify = job.input().verify();
    if (verify == null) {
      return;
    }
    Map<String, ResponseTimes> times = responseTimes(verify.http());
    Map<String, RowCount> rows = rows(verify);
    rows.forEach(
        (table, count) -> job.log().info("Rows before", "table", table, "rows", count.text()));
    job.report().baseline(new Baseline(rows, times, true));
  }

  private Map<String, ResponseTimes> responseTimes(List<HttpCheck> checks)
      throws InterruptedException {
    Map<String, ResponseTimes> times = new TreeMap<>();
    try (HttpChecks http = new HttpChecks(job)) {
      for (int i = 0; i < checks.size(); i++) {
        HttpCheck check = checks.get(i);
        HttpProbe probe = http.probe(check, i);
        Optional<String> broken = http.broken(check, probe);
        if (broken.isPresent()) {
          throw StepFailure.permanent(
              "UnhealthyBefore",
              "check \""
                  + check.name()
                  + "\" fails before the migration, so nothing was started: "
                  + broken.get()
                  + "; put it right, or correct spec.verify.http, then retry");
        }
        if (check.latency() != null) {
          http.measure(probe, check.latency())
              .ifPresent(measured -> times.put(check.name(), measured));
        }
      }
    }
    return times;
  }

  private Map<String, RowCount> rows(Verify verify) throws SQLException {
    Map<String, RowCount> rows = new TreeMap<>();
    if (verify.rowCounts() == null) {
      return rows;
    }
    // A session of its own: a timeout must not outlive the count.
    try (Session session = Connections.of(job).readOnly()) {
      RowCounter counter = new RowCounter(session, job.clock());
      for (String table : verify.rowCounts().tables()) {
        rows.put(table, count(counter, table));
      }
    }
    return rows;
  }

  private RowCount count(RowCounter counter, String table) throws SQLException {
    try {
      return counter.count(table);
    } catch (SQLException e) {
      if (!SqlErrors.state(e).startsWith("42")) {
        throw e;
      }
      throw StepFailure.permanent(
          "NotReadable",
          "table "
              + table
              + " of "
              + job.databaseName()
              + " cannot be counted: "
              + SqlErrors.message(e)
              + "; GRANT SELECT on it to the user, or correct "
              + RowChecks.FIELD);
    }
  }
}
