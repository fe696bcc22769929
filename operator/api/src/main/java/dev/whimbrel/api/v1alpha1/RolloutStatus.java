package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** The verification of the rollout that was asked for last. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RolloutStatus(
    @JsonPropertyDescription(
            "The value of annotation whimbrel.dev/verify-rollout that asked for it.")
        String trigger,
    @JsonPropertyDescription("Running, Passed, Failed, or Superseded by a new run.") String state,
    @JsonPropertyDescription("Its Job.") JobReference job,
    @JsonPropertyDescription("When the Job has to be over, UTC.") String endBy,
    @JsonPropertyDescription("What was found.") String message,
    @JsonPropertyDescription("What each check found.") List<CheckResult> checks) {

  /** Lists are never null. */
  public RolloutStatus {
    checks = checks == null ? List.of() : List.copyOf(checks);
  }
}
