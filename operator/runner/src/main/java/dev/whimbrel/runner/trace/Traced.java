package dev.whimbrel.runner.trace;

import dev.whimbrel.analysis.Rule;
import dev.whimbrel.api.v1alpha1.Finding;
import java.util.List;
import java.util.Map;

/**
 * What a trace adds to a plan.
 *
 * @param findings where what was seen is not what the rules said, and what was not traced
 * @param lines by script: what its statements did
 */
public record Traced(List<Finding> findings, Map<String, List<String>> lines) {

  public Traced {
    findings = List.copyOf(findings);
    lines = Map.copyOf(lines);
  }

  /** Nobody asked for a trace. */
  public static Traced none() {
    return new Traced(List.of(), Map.of());
  }

  /** Nothing was traced. */
  static Traced impossible(String reason) {
    return new Traced(List.of(notTraced("Not traced: " + reason)), Map.of());
  }

  static Finding notTraced(String message) {
    return new Finding(
        Rule.NOT_TRACED.id(), Rule.NOT_TRACED.page().risk().label(), message, null, null);
  }
}
