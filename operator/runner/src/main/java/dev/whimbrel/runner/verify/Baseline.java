package dev.whimbrel.runner.verify;

import java.util.Map;
import java.util.Optional;

/**
 * What was measured just before the first statement. It lives as long as the Job.
 *
 * @param rows by table, as the spec spells it
 * @param responseTimes by the name of the HTTP check
 * @param mayDelete whether a statement of the plan may delete rows; true until the plan is known
 */
public record Baseline(
    Map<String, RowCount> rows, Map<String, ResponseTimes> responseTimes, boolean mayDelete) {

  public Baseline {
    rows = Map.copyOf(rows);
    responseTimes = Map.copyOf(responseTimes);
  }

  /** The same measurements, now that the plan is known. */
  public Baseline withMayDelete(boolean deletes) {
    return new Baseline(rows, responseTimes, deletes);
  }

  Optional<RowCount> rowsOf(String table) {
    return Optional.ofNullable(rows.get(table));
  }

  Optional<ResponseTimes> responseTimesOf(String check) {
    return Optional.ofNullable(responseTimes.get(check));
  }
}
