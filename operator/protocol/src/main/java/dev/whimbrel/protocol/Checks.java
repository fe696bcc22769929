package dev.whimbrel.protocol;

import dev.whimbrel.api.v1alpha1.CheckResult;
import java.util.List;

/**
 * The document of a verification: what every check found, as it goes to the pod's log and from
 * there to the status of the plan. It holds no header, no body and no row.
 *
 * @param checks in the order in which they were made
 */
public record Checks(List<CheckResult> checks) {

  public Checks {
    checks = checks == null ? List.of() : List.copyOf(checks);
  }
}
