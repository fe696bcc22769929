package dev.whimbrel.controller.apiserver;

import dev.whimbrel.testkit.kubernetes.ControlPlane;
import dev.whimbrel.testkit.kubernetes.ControlPlaneExtension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Shares one {@link Stage} among all classes of a JVM: it takes seconds to set up. */
final class StageExtension implements ParameterResolver {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Stage.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // The control plane is stored first, so that JUnit closes it after the stage.
    Store planes = context.getRoot().getStore(Namespace.create(ControlPlaneExtension.class));
    ControlPlane controlPlane =
        planes.computeIfAbsent(ControlPlane.class, key -> ControlPlane.start(), ControlPlane.class);
    return context
        .getRoot()
        .getStore(Namespace.create(StageExtension.class))
        .computeIfAbsent(Stage.class, key -> Stage.on(controlPlane), Stage.class);
  }
}
