package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;
import java.util.Map;

/** Where a policy holds, and what it forbids there. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MigrationPolicySpec(
    @JsonPropertyDescription("The namespaces where it holds; without it, every namespace.")
        NamespaceSelector namespaceSelector,
    @Required
        @JsonPropertyDescription(
            "What no plan may hold there. A plan with a finding of one of these rules is blocked:"
                + " nothing of it runs, whoever approves it.")
        List<ForbiddenRule> forbid) {

  /** Lists are never null. */
  public MigrationPolicySpec {
    forbid = forbid == null ? List.of() : List.copyOf(forbid);
  }

  /** Whether it holds in a namespace with these labels. */
  public boolean holdsIn(Map<String, String> labels) {
    return namespaceSelector == null || namespaceSelector.matches(labels);
  }
}
