package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** When a backup is taken. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record BackupPolicy(
    @Default("Always")
        @Pattern("^(Always|AtMedium|AtHigh|Never)$")
        @JsonPropertyDescription(
            "From which risk on a backup is taken: Always, AtMedium, AtHigh or Never.")
        String policy,
    @Default("BeforeApproval")
        @Pattern("^(BeforeApproval|AfterApproval)$")
        @JsonPropertyDescription(
            "BeforeApproval: the person who approves sees the backup. AfterApproval: it is as fresh"
                + " as can be.")
        String when,
    @Size(max = 20)
        @Pattern("^([0-9]+(h|m|s|ms))+$")
        @JsonPropertyDescription(
            "A backup older than this when the migration starts is taken again. Counts from the"
                + " start of the backup. Without it: 24h where point-in-time recovery is on, 1h"
                + " where not.")
        String maxAge,
    @Size(max = 20)
        @Pattern("^([0-9]+(h|m|s|ms))+$")
        @ValidationRule(
            value = "duration(self) >= duration('24h')",
            message = "spec.backup.keepFor must be at least 24h")
        @JsonPropertyDescription(
            "After a backup, older ones that were taken for this migration are deleted, like 720h;"
                + " never one of anybody else's. Without it they are kept for ever, as Cloud SQL"
                + " keeps all on-demand backups.")
        String keepFor) {

  /** One whose backups are kept for ever. */
  public BackupPolicy(String policy, String when, String maxAge) {
    this(policy, when, maxAge, null);
  }
}
