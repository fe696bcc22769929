package dev.whimbrel.testkit.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The downward API: the values of fieldRef and resourceFieldRef. */
final class PodFields {

  private static final Pattern ENTRY =
      Pattern.compile("metadata\\.(annotations|labels)\\['([^']*)'\\]");
  private static final String ADDRESS = "127.0.0.1";

  private PodFields() {}

  /** The value of a field; empty for an absent label or annotation, as in Kubernetes. */
  static String value(Pod pod, String nodeName, String path) throws UnmetNeed {
    ObjectMeta metadata = pod.getMetadata();
    Matcher entry = ENTRY.matcher(path);
    if (entry.matches()) {
      Map<String, String> map =
          entry.group(1).equals("labels") ? metadata.getLabels() : metadata.getAnnotations();
      return map == null ? "" : map.getOrDefault(entry.group(2), "");
    }
    return switch (path) {
      case "metadata.name" -> metadata.getName();
      case "metadata.namespace" -> metadata.getNamespace();
      case "metadata.uid" -> metadata.getUid();
      case "metadata.labels" -> formatted(metadata.getLabels());
      case "metadata.annotations" -> formatted(metadata.getAnnotations());
      case "spec.nodeName" -> nodeName;
      case "spec.serviceAccountName" ->
          pod.getSpec().getServiceAccountName() == null
              ? "default"
              : pod.getSpec().getServiceAccountName();
      case "status.podIP", "status.podIPs", "status.hostIP", "status.hostIPs" -> ADDRESS;
      default -> throw new UnmetNeed("unsupported fieldPath: " + path);
    };
  }

  /** Kubernetes' own format: sorted lines of {@code key="quoted value"} without a last newline. */
  static String formatted(Map<String, String> map) {
    return new TreeMap<>(map == null ? Map.of() : map)
        .entrySet().stream()
            .map(entry -> entry.getKey() + "=\"" + quoted(entry.getValue()) + "\"")
            .collect(Collectors.joining("\n"));
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t");
  }

  /** A limit or request in units of the divisor, rounded up; 0 when the container sets none. */
  static String resource(Container container, ResourceFieldSelector selector) {
    String[] path = selector.getResource().split("\\.", 2);
    Map<String, Quantity> quantities =
        container.getResources() == null
            ? null
            : path[0].equals("limits")
                ? container.getResources().getLimits()
                : container.getResources().getRequests();
    Quantity quantity = quantities == null ? null : quantities.get(path[1]);
    if (quantity == null) {
      return "0";
    }
    Quantity divisor = selector.getDivisor();
    BigDecimal unit = divisor == null ? BigDecimal.ONE : amount(divisor);
    return amount(quantity)
        .divide(unit.signum() == 0 ? BigDecimal.ONE : unit, 0, RoundingMode.CEILING)
        .toPlainString();
  }

  private static BigDecimal amount(Quantity quantity) {
    return Quantity.getAmountInBytes(quantity);
  }
}
