package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What one check of a verification found. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CheckResult(
    @JsonPropertyDescription("What was checked, like \"sql users readable\" or \"rows of users\".")
        String name,
    @JsonPropertyDescription(
            "Passed, Failed, Warned, or Skipped where there was nothing to compare with.")
        String result,
    @JsonPropertyDescription("Measured before the migration, like \"1200 rows\" or \"12ms\".")
        String before,
    @JsonPropertyDescription("Measured after it.") String after,
    @JsonPropertyDescription("What was found, and what to do where that is wrong.")
        String message) {

  /** It holds. */
  public static final String PASSED = "Passed";

  /** It does not hold, and fails the verification. */
  public static final String FAILED = "Failed";

  /** Somebody should look; the verification goes on. */
  public static final String WARNED = "Warned";

  /** It could not be judged. */
  public static final String SKIPPED = "Skipped";
}
