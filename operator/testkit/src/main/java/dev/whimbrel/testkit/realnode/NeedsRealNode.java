package dev.whimbrel.testkit.realnode;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips a test class, with the reason in one line, where no real node can run. In CI (variable
 * {@code CI} is {@code true}) it fails instead: there a skipped rung would pass for a climbed one.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("node")
@ExtendWith(NeedsRealNode.Condition.class)
public @interface NeedsRealNode {

  /** Judges this machine. */
  final class Condition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return RealCluster.unavailable()
          .map(Condition::refuse)
          .orElse(ConditionEvaluationResult.enabled("a real node can run here"));
    }

    private static ConditionEvaluationResult refuse(String reason) {
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException("CI must run the node rung, but " + reason);
      }
      System.err.println("SKIPPED node rung: " + reason);
      return ConditionEvaluationResult.disabled(reason);
    }
  }
}
