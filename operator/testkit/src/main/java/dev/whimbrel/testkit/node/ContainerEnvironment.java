package dev.whimbrel.testkit.node;

import static java.nio.charset.StandardCharsets.UTF_8;

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
    Optional<Map<String, byte[]>> data;
    if (source.getSecretRef() != null) {
      String name = source.getSecretRef().getName();
      data = objects.secret(namespace, name);
      if (data.isEmpty() && !optional(source.getSecretRef().getOptional())) {
        throw ClusterObjects.missingSecret(name);
      }
    } else {
      String name = source.getConfigMapRef().getName();
      data = objects.configMap(namespace, name);
      if (data.isEmpty() && !optional(source.getConfigMapRef().getOptional())) {
        throw ClusterObjects.missingConfigMap(name);
      }
    }
    data.orElse(Map.of())
        .forEach((key, value) -> variables.put(prefix + key, new String(value, UTF_8)));
  }

  private Optional<String> referenced(Pod pod, Container container, EnvVarSource source)
      throws UnmetNeed {
    String namespace = pod.getMetadata().getNamespace();
    if (source.getSecretKeyRef() != null) {
      var reference = source.getSecretKeyRef();
      Optional<Map<String, byte[]>> data = objects.secret(namespace, reference.getName());
      if (data.isEmpty() && !optional(reference.getOptional())) {
        throw ClusterObjects.missingSecret(reference.getName());
      }
      return entry(
          data,
          reference.getKey(),
          optional(reference.getOptional()),
          "Secret",
          namespace + "/" + reference.getName());
    }
    if (source.getConfigMapKeyRef() != null) {
      var reference = source.getConfigMapKeyRef();
      Optional<Map<String, byte[]>> data = objects.configMap(namespace, reference.getName());
      if (data.isEmpty() && !optional(reference.getOptional())) {
        throw ClusterObjects.missingConfigMap(reference.getName());
      }
      return entry(
          data,
          reference.getKey(),
          optional(reference.getOptional()),
          "ConfigMap",
          namespace + "/" + reference.getName());
    }
    if (source.getResourceFieldRef() != null) {
      return Optional.of(PodFields.resource(container, source.getResourceFieldRef()));
    }
    return Optional.of(PodFields.value(pod, nodeName, source.getFieldRef().getFieldPath()));
  }

  private static Optional<String> entry(
      Optional<Map<String, byte[]>> data, String key, boolean optional, String kind, String object)
      throws UnmetNeed {
    byte[] value = data.orElse(Map.of()).get(key);
    if (value == null && !optional) {
      throw new UnmetNeed("couldn't find key " + key + " in " + kind + " " + object);
    }
    return Optional.ofNullable(value).map(bytes -> new String(bytes, UTF_8));
  }

  static boolean optional(Boolean flag) {
    return Boolean.TRUE.equals(flag);
  }
}
