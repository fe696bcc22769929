package dev.whimbrel.runner.verify;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured just before the first statement. It lives as long as the Job.
 *
 * @param rows by table, as the spec spells it
 * @param responseTimes by the name of the HTTP check
 * @param mayDelete whether a statement of the plan may delete rows; true until the plan is known
 * @param mayChange whether one may change rows; true until the plan is known
 * @param altered the columns that the plan alters; empty until it is known
 */
public record Baseline(
    Map<String, RowCount> rows,
    Map<String, ResponseTimes> responseTimes,
    boolean mayDelete,
    boolean mayChange,
    List<AlteredValues> altered) {

  public Baseline {
    rows = Map.copyOf(rows);
    responseTimes = Map.copyOf(responseTimes);
    altered = List.copyOf(altered);
  }

  /** What is measured before the plan is known. */
  static Baseline of(Map<String, RowCount> rows, Map<String, ResponseTimes> responseTimes) {
    return new Baseline(rows, responseTimes, true, true, List.of());
  }

  /** The same measurements, now that the plan is known. */
  Baseline with(PlannedChanges plan, List<AlteredValues> values) {
    return new Baseline(rows, responseTimes, plan.mayDelete(), plan.mayChange(), values);
  }

  Optional<RowCount> rowsOf(String table) {
    return Optional.ofNullable(rows.get(table));
  }

  Optional<ResponseTimes> responseTimesOf(String check) {
    return Optional.ofNullable(responseTimes.get(check));
  }
}
