package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** How one revision can be undone. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record WayBack(
    @JsonPropertyDescription(
            "Reversible: nothing is lost, by the revision or by what undoes it. WithLoss: one of"
                + " them discards something. Unknown: code runs that no preview can show. None:"
                + " there is no way back.")
        String grade,
    @JsonPropertyDescription("SHA-256 of what undoes it; bound by the plan's hash.") String hash,
    @JsonPropertyDescription("What undoes it, line by line.") List<String> sql) {

  /** Nothing is lost, by the revision or by what undoes it. */
  public static final String REVERSIBLE = "Reversible";

  /** One of them discards something. */
  public static final String WITH_LOSS = "WithLoss";

  /** Code runs that no preview can show, or a failure could leave half of it. */
  public static final String UNKNOWN = "Unknown";

  /** There is no way back. */
  public static final String NONE = "None";

  /** Lists and maps are never null. */
  public WayBack {
    sql = sql == null ? List.of() : List.copyOf(sql);
  }
}
