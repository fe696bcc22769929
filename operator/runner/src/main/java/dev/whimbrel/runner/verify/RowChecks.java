package dev.whimbrel.runner.verify;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.protocol.RunnerInput.RowCounts;
import dev.whimbrel.runner.StopSignal;
import dev.whimbrel.runner.database.SqlErrors;
import java.sql.SQLException;
import java.util.Optional;

/** Whether tables lost rows. */
final class RowChecks {

  static final String FIELD = "spec.verify.rowCounts.tables";

  private final RowCounts settings;
  private final RowCounter counter;
  private final Optional<Baseline> baseline;
  private final StopSignal stop;

  RowChecks(RowCounts settings, RowCounter counter, Optional<Baseline> baseline, StopSignal stop) {
    this.settings = settings;
    this.counter = counter;
    this.baseline = baseline;
    this.stop = stop;
  }

  CheckResult check(String table) throws InterruptedException {
    String name = "rows of " + table;
    try {
      RowCount after = counter.count(table);
      Optional<RowCount> before = baseline.flatMap(measured -> measured.rowsOf(table));
      Verdict verdict = judge(table, before, after);
      return new CheckResult(
          name,
          verdict.result(),
          before.map(RowCount::text).orElse(null),
          after.text(),
          verdict.message());
    } catch (SQLException e) {
      return new CheckResult(
          name,
          CheckResult.FAILED,
          null,
          null,
          "table "
              + table
              + " cannot be counted: "
              + SqlErrors.message(e)
              + " (SQLSTATE "
              + SqlErrors.state(e)
              + "); GRANT SELECT on it, or correct "
              + FIELD);
    }
  }

  private Verdict judge(String table, Optional<RowCount> measured, RowCount after)
      throws SQLException, InterruptedException {
    boolean absent = after.kind() == RowCount.Kind.ABSENT;
    if (measured.isEmpty()) {
      return absent
          ? failed("table " + table + " does not exist: correct " + FIELD)
          : new Verdict(CheckResult.SKIPPED, Verification.NO_BASELINE);
    }
    RowCount before = measured.get();
    if (absent) {
      return before.kind() == RowCount.Kind.ABSENT
          ? failed("table " + table + " does not exist: correct " + FIELD)
          : settings.mayShrink()
              ? new Verdict(CheckResult.WARNED, "table " + table + " is gone")
              : failed("table " + table + " is gone, with " + before.text());
    }
    if (before.kind() == RowCount.Kind.ABSENT) {
      return new Verdict(CheckResult.PASSED, "table " + table + " is new");
    }
    if (before.kind() == RowCount.Kind.UNKNOWN || after.kind() == RowCount.Kind.UNKNOWN) {
      return new Verdict(
          CheckResult.WARNED,
          "table "
              + table
              + " could not be counted in time, and the server has no estimate: ANALYZE it");
    }
    return after.rows() >= before.rows()
        ? new Verdict(CheckResult.PASSED, null)
        : shrunk(table, before, after);
  }

  private Verdict shrunk(String table, RowCount before, RowCount after)
      throws SQLException, InterruptedException {
    long lost = before.rows() - after.rows();
    String what = "table " + table + " has " + lost + " rows fewer than before the migration";
    if (settings.mayShrink()) {
      return new Verdict(CheckResult.PASSED, what + ", as spec.verify.rowCounts.mayShrink allows");
    }
    if (before.kind() == RowCount.Kind.ESTIMATE || after.kind() == RowCount.Kind.ESTIMATE) {
      return new Verdict(CheckResult.WARNED, what + ", by the server's estimate: look whether so");
    }
    if (!baseline.map(Baseline::mayDelete).orElse(true)) {
      long deleted = counter.deletedSince(table, before, lost, stop);
      if (deleted >= lost) {
        return new Verdict(
            CheckResult.WARNED,
            what
                + "; no statement of the migration deletes, and "
                + deleted
                + " rows were deleted meanwhile: by other sessions");
      }
    }
    return failed(
        what
            + ": look where they went; where that is meant to be, set"
            + " spec.verify.rowCounts.mayShrink");
  }

  private static Verdict failed(String message) {
    return new Verdict(CheckResult.FAILED, message);
  }

  private record Verdict(String result, String message) {}
}
