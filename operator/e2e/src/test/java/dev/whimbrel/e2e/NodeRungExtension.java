package dev.whimbrel.e2e;

import dev.whimbrel.testkit.realnode.NeedsRealNode;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives all tests of this JVM the same {@link Surroundings}, ended when JUnit ends. */
final class NodeRungExtension implements ExecutionCondition, ParameterResolver {

  private static final Namespace STORE = Namespace.create(NodeRungExtension.class);

  /** Whether the tests run on the cluster of the current kubeconfig context. */
  static boolean usesCurrentCluster() {
    return System.getProperty("whimbrel.cluster", "own").equals("kind");
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return usesCurrentCluster()
        ? ConditionEvaluationResult.enabled("the current kubeconfig context is used")
        : new NeedsRealNode.Condition().evaluateExecutionCondition(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Surroundings.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(STORE)
        .computeIfAbsent(
            Surroundings.class,
            key -> Surroundings.start(Path.of(System.getProperty("whimbrel.e2eDirectory"))),
            Surroundings.class);
  }
}
