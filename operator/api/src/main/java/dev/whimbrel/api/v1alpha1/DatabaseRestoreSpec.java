package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Which backup goes back into which instance. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "self == oldSelf",
    message = "a DatabaseRestore is immutable; create another one")
public record DatabaseRestoreSpec(
    @Required
        @Size(min = 1, max = 253)
        @JsonPropertyDescription(
            "Name of a DatabaseMigration of this namespace. Its Cloud SQL instance is restored,"
                + " with every database in it; its login and its history verify the result.")
        String migration,
    @Required @JsonPropertyDescription("The backup to put back.") RestoredBackup backup,
    @Default("{}") @JsonPropertyDescription("Who has to agree. A restore is always approved.")
        RestoreApproval approval,
    @Size(min = 1, max = 253)
        @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
        @JsonPropertyDescription(
            "ServiceAccount of this namespace under which the Jobs run. Without it that of the"
                + " migration, which may take backups but perhaps not restore them.")
        String serviceAccountName,
    @Default("2h")
        @Size(max = 20)
        @Pattern("^([0-9]+(h|m|s|ms))+$")
        @ValidationRule(
            value = "duration(self) >= duration('1m') && duration(self) <= duration('24h')",
            message = "spec.deadline must be between 1m and 24h")
        @JsonPropertyDescription(
            "How long one Job waits for Cloud SQL. A restore that takes longer goes on by itself,"
                + " and the next Job goes on waiting for it.")
        String deadline) {}
