package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** One answered item of the deployment checklist. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ChecklistItem(
    @Required
        @JsonPropertyDescription(
            "Yes, No, Pending, NotApplicable, or Unknown where nothing that was recorded answers"
                + " it.")
        String answer,
    @Required @JsonPropertyDescription("What has to be so, like \"backup taken and verified\".")
        String item,
    @Required @JsonPropertyDescription("Before, During or After the deployment.") String stage,
    @Required @JsonPropertyDescription("From what the answer follows, in a sentence.") String why) {

  /** It was checked, and it is so. */
  public static final String YES = "Yes";

  /** It was checked, and it is not so. */
  public static final String NO = "No";

  /** The run has not come that far. */
  public static final String PENDING = "Pending";

  /** Nothing asks for it here. */
  public static final String NOT_APPLICABLE = "NotApplicable";

  /** Nothing that was recorded answers it. */
  public static final String UNKNOWN = "Unknown";
}
