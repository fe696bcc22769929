package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Flyway SQL migrations in ConfigMaps, with the settings of Flyway that change what runs. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "self.configMaps.size() == self.configMaps.filter(c, self.configMaps.exists_one(d, d =="
            + " c)).size()",
    message = "spec.source.flyway.configMaps names a ConfigMap twice")
public record FlywaySource(
    @Required
        @JsonPropertyDescription(
            "ConfigMaps in the same namespace whose keys are migration files (V1__name.sql,"
                + " R__name.sql, afterMigrate.sql, V1__name.sql.conf). Use content-hashed names, as"
                + " kustomize generates them.")
        List<String> configMaps,
    @Default("flyway_schema_history")
        @Size(min = 1, max = 63)
        @JsonPropertyDescription("Name of the schema history table.")
        String table,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription("Schema of the history table, and first on the search path.")
        String defaultSchema,
    @JsonPropertyDescription(
            "Schemas that Flyway manages; the first is the default schema where defaultSchema is"
                + " not set.")
        List<String> schemas,
    @JsonPropertyDescription(
            "Values for ${name} in the scripts. They are shown in the plan: not for secrets.")
        List<Placeholder> placeholders,
    @Default("latest")
        @Size(min = 1, max = 50)
        @Pattern("^(latest|[0-9]+([._][0-9]+)*)$")
        @JsonPropertyDescription(
            "Migrate up to this version: latest, or a version like 7 or 2026.11.25.")
        String target,
    @Size(min = 1, max = 50)
        @Pattern("^[0-9]+([._][0-9]+)*$")
        @JsonPropertyDescription(
            "Adopt a database that has tables and no history: everything up to this version counts"
                + " as present.")
        String baselineVersion,
    @Default("false")
        @JsonPropertyDescription("Allow versions below the current one to be carried out.")
        Boolean outOfOrder,
    @Default("false")
        @JsonPropertyDescription(
            "Allow transactional and non-transactional statements in one script. The whole script"
                + " then runs without a transaction.")
        Boolean mixed,
    @Default("false") @JsonPropertyDescription("Carry out all pending scripts in one transaction.")
        Boolean group,
    @Size(min = 1, max = 50)
        @Pattern("^[0-9]+([._][0-9]+)*$")
        @JsonPropertyDescription(
            "Allow going back from this version to an older target, by the undo scripts"
                + " (U7__name.sql for V7__name.sql). Without it an older target plans nothing.")
        String allowDowngrade) {

  /** Lists and maps are never null. */
  public FlywaySource {
    configMaps = configMaps == null ? List.of() : List.copyOf(configMaps);
    schemas = schemas == null ? List.of() : List.copyOf(schemas);
    placeholders = placeholders == null ? List.of() : List.copyOf(placeholders);
  }
}
