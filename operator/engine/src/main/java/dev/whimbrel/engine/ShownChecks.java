package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.CheckResult;
import java.util.Comparator;
import java.util.List;

/**
 * What a status shows of a verification that belongs to no plan. It is bounded, so that what does
 * not hold comes first.
 */
final class ShownChecks {

  private static final int MOST = 20;

  private static final List<String> WORST_FIRST =
      List.of(CheckResult.FAILED, CheckResult.WARNED, CheckResult.SKIPPED, CheckResult.PASSED);

  private ShownChecks() {}

  static List<CheckResult> of(List<CheckResult> found) {
    return found.stream()
        .sorted(Comparator.comparingInt(check -> WORST_FIRST.indexOf(check.result())))
        .limit(MOST)
        .toList();
  }
}
