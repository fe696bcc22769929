package dev.whimbrel.runner.verify;

import dev.whimbrel.analysis.AlteredColumn;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.RunnerInput.HttpCheck;
import dev.whimbrel.protocol.RunnerInput.RowCounts;
import dev.whimbrel.protocol.RunnerInput.Verify;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Connections;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import java.sql.SQLException;
import java.util.ArrayList;
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
    job.report().baseline(Baseline.of(rows, times));
  }

  /**
   * Measures what the plan alters, now that it is known: the values of columns, of the tables whose
   * rows the spec wants counted.
   *
   * @throws StepFailure with reason NotReadable where the user may not count them
   */
  public void read(MigrationPlanSpec plan) throws SQLException {
    Optional<Baseline> measured = job.report().baseline();
    if (measured.isEmpty()) {
      return;
    }
    PlannedChanges changes = PlannedChanges.of(new PgQuery(1), plan);
    RowCounts settings = job.input().verify().rowCounts();
    List<AlteredValues> values =
        settings == null || changes.altered().isEmpty()
            ? List.of()
            : values(changes.altered(), settings.tables());
    job.report().baseline(measured.get().with(changes, values));
  }

  private List<AlteredValues> values(List<AlteredColumn> altered, List<String> tables)
      throws SQLException {
    List<AlteredValues> values = new ArrayList<>();
    try (Session session = Connections.of(job).readOnly()) {
      RowCounter counter = new RowCounter(session, job.clock());
      for (String table : tables) {
        for (AlteredColumn column : altered) {
          if (counter.isSame(table, column.table())) {
            RowCount before = readable(table, () -> counter.values(table, column.before()));
            // What the plan makes and alters was not there before.
            if (before.kind() != RowCount.Kind.ABSENT) {
              values.add(new AlteredValues(table, column, before));
            }
          }
        }
      }
    }
    return values;
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
        rows.put(table, readable(table, () -> counter.count(table)));
      }
    }
    return rows;
  }

  private RowCount readable(String table, Count count) throws SQLException {
    try {
      return count.take();
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

  /** Counts something. */
  private interface Count {

    RowCount take() throws SQLException;
  }
}
