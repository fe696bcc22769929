package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What one check found: of a verification, or of what has to be right before a plan. */
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
    @JsonPropertyDescription("What was found, and what to do where that is wrong.") String message,
    @JsonPropertyDescription("The command that mends it, where there is one.") String remedy) {

  /** It holds. */
  public static final String PASSED = "Passed";

  /** It does not hold, and fails the verification. */
  public static final String FAILED = "Failed";

  /** Somebody should look; the verification goes on. */
  public static final String WARNED = "Warned";

  /** It could not be judged. */
  public static final String SKIPPED = "Skipped";

  /** What a check of a verification found. */
  public CheckResult(String name, String result, String before, String after, String message) {
    this(name, result, before, after, message, null);
  }

  /**
   * What a check before a plan found.
   *
   * @param remedy the command that mends it; may be null
   */
  public static CheckResult of(String name, String result, String message, String remedy) {
    return new CheckResult(name, result, null, null, message, remedy);
  }
}
