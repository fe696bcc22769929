package dev.whimbrel.runner.verify;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.protocol.RunnerInput.RowCounts;
import dev.whimbrel.runner.StopSignal;
import dev.whimbrel.runner.database.SqlErrors;
import java.sql.SQLException;

/** Whether columns that the migration altered lost values: a new type may have made them null. */
final class ValueChecks {

  private final RowCounts settings;
  private final RowCounter counter;
  private final boolean changesRows;
  private final StopSignal stop;

  /**
   * Checks.
   *
   * @param changesRows whether statements of the migration may have changed rows
   */
  ValueChecks(RowCounts settings, RowCounter counter, boolean changesRows, StopSignal stop) {
    this.settings = settings;
    this.counter = counter;
    this.changesRows = changesRows;
    this.stop = stop;
  }

  CheckResult check(AlteredValues altered) throws InterruptedException {
    String column = altered.table() + "." + altered.column().after();
    try {
      RowCount after = counter.values(altered.table(), altered.column().after());
      return judge("values of " + column, "column " + column, altered, after);
    } catch (SQLException e) {
      return new CheckResult(
          "values of " + column,
          CheckResult.FAILED,
          altered.before().valuesText(),
          null,
          "column "
              + column
              + " cannot be counted: "
              + SqlErrors.message(e)
              + "; GRANT SELECT on it to the user");
    }
  }

  private CheckResult judge(String name, String column, AlteredValues altered, RowCount after)
      throws SQLException, InterruptedException {
    RowCount before = altered.before();
    long lost = before.rows() - after.rows();
    String what = column + " has " + lost + " values fewer than before the migration";
    String result = CheckResult.PASSED;
    String message = null;
    if (after.kind() == RowCount.Kind.ABSENT) {
      result = settings.mayShrink() ? CheckResult.WARNED : CheckResult.FAILED;
      message = column + " is gone, with " + before.valuesText();
    } else if (before.kind() == RowCount.Kind.UNKNOWN || after.kind() == RowCount.Kind.UNKNOWN) {
      result = CheckResult.WARNED;
      message =
          column
              + " could not be counted in time, and the server has no estimate: ANALYZE "
              + altered.table();
    } else if (lost > 0 && settings.mayShrink()) {
      message = what + ", as spec.verify.rowCounts.mayShrink allows";
    } else if (lost > 0
        && (before.kind() == RowCount.Kind.ESTIMATE || after.kind() == RowCount.Kind.ESTIMATE)) {
      result = CheckResult.WARNED;
      message = what + ", by the server's estimate: look whether so";
    } else if (lost > 0 && changesRows) {
      result = CheckResult.WARNED;
      message = what + "; a statement of the migration that changes rows may explain it: look";
    } else if (lost > 0) {
      long changed = counter.changedSince(altered.table(), before, lost, stop);
      result = changed >= lost ? CheckResult.WARNED : CheckResult.FAILED;
      message =
          changed >= lost
              ? what
                  + "; no statement of the migration changes rows, and "
                  + changed
                  + " rows were changed meanwhile: by other sessions"
              : what
                  + ": look what its new type made of them; where that is meant to be, set"
                  + " spec.verify.rowCounts.mayShrink";
    }
    return new CheckResult(name, result, before.valuesText(), after.valuesText(), message);
  }
}
