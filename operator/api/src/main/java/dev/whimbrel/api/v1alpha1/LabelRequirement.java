package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/** What a label has to be. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",
    message = "operators In and NotIn need values, Exists and DoesNotExist have none")
public record LabelRequirement(
    @Required @Size(min = 1, max = 317) @JsonPropertyDescription("The label.") String key,
    @Required
        @Pattern("^(In|NotIn|Exists|DoesNotExist)$")
        @JsonPropertyDescription(
            "In: the label is there, with one of the values. NotIn: it is not there, or with"
                + " another value. Exists, DoesNotExist: whatever its value.")
        String operator,
    @JsonPropertyDescription("Values, for In and NotIn.") List<String> values) {

  /** Lists are never null. */
  public LabelRequirement {
    values = values == null ? List.of() : List.copyOf(values);
  }

  /**
   * Whether labels are so.
   *
   * @throws IllegalStateException for an operator that the API server would have refused
   */
  public boolean matches(Map<String, String> labels) {
    String value = labels.get(key);
    return switch (operator) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> throw new IllegalStateException("no operator of a label selector: " + operator);
    };
  }
}
