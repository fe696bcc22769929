package dev.whimbrel.testkit.kubernetes;

import java.util.Locale;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Shares one {@link ControlPlane} among all tests of a JVM and gives each test a namespace. Where
 * the binaries can neither be found nor built the tests are skipped with one line that says so;
 * with {@code CI=true} they fail instead, because CI requires this rung.
 */
public final class ControlPlaneExtension implements ExecutionCondition, ParameterResolver {

  private static final Namespace STORE = Namespace.create(ControlPlaneExtension.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (required() || KubernetesBinaries.inUserCache().obtainable(KubernetesBinary.values())) {
      return ConditionEvaluationResult.enabled("a control plane can be started");
    }
    return ConditionEvaluationResult.disabled(
        "skipped rung apiserver: no Kubernetes binaries in the cache and no 'go' to build them");
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == ControlPlane.class || type == TestNamespace.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (parameter.getParameter().getType() == ControlPlane.class) {
      return controlPlane(context);
    }
    return context
        .getStore(STORE)
        .computeIfAbsent(
            TestNamespace.class,
            key -> controlPlane(context).createNamespace(prefix(context)),
            TestNamespace.class);
  }

  /** The control plane of this JVM, started by whoever asks first; JUnit closes it at the end. */
  private static ControlPlane controlPlane(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(STORE)
        .computeIfAbsent(ControlPlane.class, key -> ControlPlane.start(), ControlPlane.class);
  }

  private static String prefix(ExtensionContext context) {
    String name =
        context
            .getRequiredTestClass()
            .getSimpleName()
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]", "");
    return "t-" + name.substring(0, Math.min(20, name.length()));
  }

  private static boolean required() {
    return Boolean.parseBoolean(System.getenv("CI"));
  }
}
