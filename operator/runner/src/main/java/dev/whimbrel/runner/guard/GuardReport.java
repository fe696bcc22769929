package dev.whimbrel.runner.guard;

import dev.whimbrel.api.v1alpha1.CheckResult;
import java.util.List;

/**
 * What the guard saw while revisions were carried out.
 *
 * @param lockTimeoutMillis the longest that an attempt at a lock may have waited
 * @param limit how many sessions were allowed to wait; 0 for any number, which nobody counts
 * @param most sessions that were seen to wait at a time
 * @param blind whether the guard was without its session for a moment
 */
public record GuardReport(long lockTimeoutMillis, int limit, long most, boolean blind) {

  /** Both, where one Job carries out revisions more than once. */
  public GuardReport and(GuardReport other) {
    return new GuardReport(
        Math.max(lockTimeoutMillis, other.lockTimeoutMillis),
        limit,
        Math.max(most, other.most),
        blind || other.blind);
  }

  /** For the status of the plan. */
  public List<CheckResult> checks() {
    return List.of(
        new CheckResult("lock timeout", CheckResult.PASSED, null, lockTimeoutMillis + "ms", null),
        new CheckResult("blocked sessions", blockedSessions(), null, seen(), message()));
  }

  private String blockedSessions() {
    return limit == 0 || blind ? CheckResult.SKIPPED : CheckResult.PASSED;
  }

  private String seen() {
    return limit == 0 ? null : String.valueOf(most);
  }

  private String message() {
    if (limit == 0) {
      return "spec.run.guard.maxBlockedSessions is 0: nobody counted who waited";
    }
    String found =
        "at most " + most + " session(s) were seen to wait at a time, " + limit + " are allowed";
    return blind ? found + "; the guard lost its session meanwhile and saw nothing then" : found;
  }
}
