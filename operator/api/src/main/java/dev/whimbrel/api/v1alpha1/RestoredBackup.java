package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** The backup to put back: by its id, or as the one that a plan was carried out with. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "has(self.id) != has(self.plan)",
    message = "exactly one of spec.backup.id and spec.backup.plan must be set")
public record RestoredBackup(
    @Size(max = 20)
        @Pattern("^[0-9]+$")
        @JsonPropertyDescription("Id of the backup run, as gcloud sql backups list shows it.")
        String id,
    @Size(min = 1, max = 253)
        @JsonPropertyDescription(
            "Name of a MigrationPlan of the migration: the backup that it was carried out with.")
        String plan) {}
