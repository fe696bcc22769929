package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Map;

/**
 * A selector of namespaces by their labels, written as Kubernetes' own LabelSelector is. Our own
 * type, for the API server checks of a foreign one in a custom resource neither operator nor
 * values.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record NamespaceSelector(
    @JsonPropertyDescription("Labels that a namespace must have, all of them.")
        Map<String, String> matchLabels,
    @JsonPropertyDescription("Requirements on its labels, all of which must hold.")
        List<LabelRequirement> matchExpressions) {

  /** Lists and maps are never null. */
  public NamespaceSelector {
    matchLabels = matchLabels == null ? Map.of() : Map.copyOf(matchLabels);
    matchExpressions = matchExpressions == null ? List.of() : List.copyOf(matchExpressions);
  }

  /** Whether it takes a namespace with these labels; one that asks for nothing takes them all. */
  public boolean matches(Map<String, String> labels) {
    return labels.entrySet().containsAll(matchLabels.entrySet())
        && matchExpressions.stream().allMatch(requirement -> requirement.matches(labels));
  }
}
