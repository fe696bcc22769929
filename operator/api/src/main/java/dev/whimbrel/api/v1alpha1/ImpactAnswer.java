package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/** One answer about a plan: how much, and because of what. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ImpactAnswer(
    @JsonPropertyDescription("The statements that the level comes from, the first ones.")
        List<String> because,
    @Required
        @JsonPropertyDescription(
            "None, Low, Medium, High, or Unknown where code runs that nobody can see through. High"
                + " where one cause is High and another Unknown.")
        String level) {

  /** Lists and maps are never null. */
  public ImpactAnswer {
    because = because == null ? List.of() : List.copyOf(because);
  }
}
