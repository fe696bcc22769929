package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A database on a Cloud SQL instance. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CloudSqlDatabase(
    @Required
        @Size(max = 200)
        @Pattern("^([a-z0-9.-]+:)?[a-z][-a-z0-9]*:[a-z]+-[a-z]+[0-9]+:[a-z][-a-z0-9]*$")
        @ValidationRule(
            value = "self == oldSelf",
            message =
                "spec.database.cloudSQL.instance is immutable: create another DatabaseMigration for"
                    + " another database")
        @JsonPropertyDescription(
            "The instance as project:region:instance, for example kotori-io:us-central1:kotori-db.")
        String instance,
    @Required
        @Size(min = 1, max = 63)
        @ValidationRule(
            value = "self == oldSelf",
            message =
                "spec.database.cloudSQL.database is immutable: create another DatabaseMigration for"
                    + " another database")
        @JsonPropertyDescription("Name of the database in the instance.")
        String database,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription(
            "Role to SET after connecting, for example the owner of the schema.")
        String role,
    @Required @JsonPropertyDescription("How to log in.") DatabaseCredentials credentials) {

  /** The project of the instance. */
  public String project() {
    int region = instance.lastIndexOf(':', instance.lastIndexOf(':') - 1);
    return instance.substring(0, region);
  }
}
