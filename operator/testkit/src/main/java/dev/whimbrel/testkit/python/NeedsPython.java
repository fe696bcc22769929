package dev.whimbrel.testkit.python;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips a test, with the reason in one line, where no {@link PythonEnvironment} can be had. In CI
 * (variable {@code CI} is {@code true}) it fails instead: there a skipped test would pass for one
 * that ran.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsPython.Condition.class)
public @interface NeedsPython {

  /** Judges this machine. */
  final class Condition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return PythonEnvironment.unavailable()
          .map(Condition::refuse)
          .orElse(ConditionEvaluationResult.enabled("there is a Python for Alembic"));
    }

    private static ConditionEvaluationResult refuse(String reason) {
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException("CI must run the tests with Alembic, but " + reason);
      }
      System.err.println("SKIPPED: " + reason);
      return ConditionEvaluationResult.disabled(reason);
    }
  }
}
