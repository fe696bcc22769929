package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A rule whose findings block a plan. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ForbiddenRule(
    @Required
        @JsonPropertyDescription(
            "Identifier of the rule, as findings and the pages of docs/rules call it.")
        String rule,
    @Required
        @Size(min = 1, max = 512)
        @JsonPropertyDescription(
            "Why, and whom to ask. Whoever's plan is blocked reads this and cannot read the"
                + " policy.")
        String reason) {

  /** Whether this version has a rule of that name: of another nothing is ever found. */
  public boolean exists() {
    return RuleNames.all().contains(rule);
  }
}
