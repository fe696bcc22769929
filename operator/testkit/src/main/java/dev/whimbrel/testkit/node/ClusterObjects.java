package dev.whimbrel.testkit.node;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads what pods refer to, decoded, with a kubelet's words for what is missing. */
final class ClusterObjects {

  /** Where data comes from, and how a kubelet calls it. */
  enum Kind {
    SECRET("secret", "references non-existent secret key: "),
    CONFIG_MAP("configmap", "configmap references non-existent config key: ");

    private final String label;
    private final String missingKey;

    Kind(String label, String missingKey) {
      this.label = label;
      this.missingKey = missingKey;
    }

    UnmetNeed missing(String name) {
      return new UnmetNeed(label + " \"" + name + "\" not found");
    }

    UnmetNeed missingKeyOfVolume(String key) {
      return new UnmetNeed(missingKey + key);
    }
  }

  private final KubernetesClient client;

  ClusterObjects(KubernetesClient client) {
    this.client = client;
  }

  /**
   * The data of an object.
   *
   * @param optional whether a missing one counts as empty
   * @throws UnmetNeed when it is missing and must not be
   */
  Map<String, byte[]> data(Kind kind, String namespace, String name, boolean optional)
      throws UnmetNeed {
    Optional<Map<String, byte[]>> data =
        switch (kind) {
          case SECRET -> secret(namespace, name);
          case CONFIG_MAP -> configMap(namespace, name);
        };
    if (data.isEmpty() && !optional) {
      throw kind.missing(name);
    }
    return data.orElse(Map.of());
  }

  private Optional<Map<String, byte[]>> secret(String namespace, String name) {
    Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
    if (secret == null) {
      return Optional.empty();
    }
    Map<String, byte[]> data = decoded(secret.getData());
    // A real API server folds stringData into data; the in-memory one stores it as it came.
    if (secret.getStringData() != null) {
      secret.getStringData().forEach((key, value) -> data.put(key, utf8(value)));
    }
    return Optional.of(data);
  }

  private Optional<Map<String, byte[]>> configMap(String namespace, String name) {
    ConfigMap map = client.configMaps().inNamespace(namespace).withName(name).get();
    if (map == null) {
      return Optional.empty();
    }
    Map<String, byte[]> data = decoded(map.getBinaryData());
    if (map.getData() != null) {
      map.getData().forEach((key, value) -> data.put(key, utf8(value)));
    }
    return Optional.of(data);
  }

  private static Map<String, byte[]> decoded(Map<String, String> base64) {
    Map<String, byte[]> data = new HashMap<>();
    if (base64 != null) {
      base64.forEach((key, value) -> data.put(key, Base64.getDecoder().decode(value)));
    }
    return data;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
