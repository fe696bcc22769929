package dev.whimbrel.testkit.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.whimbrel.testkit.node.ClusterObjects.Kind;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Computes a container's variables from {@code env} and {@code envFrom}, like a kubelet. */
final class ContainerEnvironment {

  private final ClusterObjects objects;
  private final String nodeName;

  ContainerEnvironment(ClusterObjects objects, String nodeName) {
    this.objects = objects;
    this.nodeName = nodeName;
  }

  /**
   * The variables that the container's specification asks for; later ones win.
   *
   * @throws UnmetNeed when a Secret, ConfigMap or key is missing and not optional
   */
  Map<String, String> resolve(Pod pod, Container container) throws UnmetNeed {
    Map<String, String> variables = new HashMap<>();
    for (EnvFromSource source : container.getEnvFrom()) {
      addAll(pod.getMetadata().getNamespace(), source, variables);
    }
    for (EnvVar variable : container.getEnv()) {
      if (variable.getValueFrom() == null) {
        String text = variable.getValue() == null ? "" : variable.getValue();
        variables.put(variable.getName(), VariableExpansion.expand(text, variables));
      } else {
        // Not expanded: a password may well contain $(x).
        referenced(pod, container, variable.getValueFrom())
            .ifPresent(value -> variables.put(variable.getName(), value));
      }
    }
    return variables;
  }

  private void addAll(String namespace, EnvFromSource source, Map<String, String> variables)
      throws UnmetNeed {
    String prefix = source.getPrefix() == null ? "" : source.getPrefix();
    Map<String, byte[]> data =
        source.getSecretRef() != null
            ? objects.data(
                Kind.SECRET,
                namespace,
                source.getSecretRef().getName(),
                optional(source.getSecretRef().getOptional()))
            : objects.data(
                Kind.CONFIG_MAP,
                namespace,
                source.getConfigMapRef().getName(),
                optional(source.getConfigMapRef().getOptional()));
    data.forEach((key, value) -> variables.put(prefix + key, new String(value, UTF_8)));
  }

  private Optional<String> referenced(Pod pod, Container container, EnvVarSource source)
      throws UnmetNeed {
    String namespace = pod.getMetadata().getNamespace();
    if (source.getSecretKeyRef() != null) {
      var reference = source.getSecretKeyRef();
      boolean optional = optional(reference.getOptional());
      return entry(
          objects.data(Kind.SECRET, namespace, reference.getName(), optional),
          reference.getKey(),
          optional,
          "Secret " + namespace + "/" + reference.getName());
    }
    if (source.getConfigMapKeyRef() != null) {
      var reference = source.getConfigMapKeyRef();
      boolean optional = optional(reference.getOptional());
      return entry(
          objects.data(Kind.CONFIG_MAP, namespace, reference.getName(), optional),
          reference.getKey(),
          optional,
          "ConfigMap " + namespace + "/" + reference.getName());
    }
    if (source.getResourceFieldRef() != null) {
      return Optional.of(PodFields.resource(container, source.getResourceFieldRef()));
    }
    return Optional.of(PodFields.value(pod, nodeName, source.getFieldRef().getFieldPath()));
  }

  private static Optional<String> entry(
      Map<String, byte[]> data, String key, boolean optional, String object) throws UnmetNeed {
    byte[] value = data.get(key);
    if (value == null && !optional) {
      throw new UnmetNeed("couldn't find key " + key + " in " + object);
    }
    return Optional.ofNullable(value).map(bytes -> new String(bytes, UTF_8));
  }

  static boolean optional(Boolean flag) {
    return Boolean.TRUE.equals(flag);
  }
}
