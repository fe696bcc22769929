package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;

/** The database to migrate: a union with exactly one member. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "[has(self.cloudSQL), has(self.postgres)].exists_one(x, x)",
    message = "exactly one of spec.database.cloudSQL and spec.database.postgres must be set")
public record Database(
    @JsonProperty("cloudSQL")
        @JsonPropertyDescription("A database on a Cloud SQL for PostgreSQL instance.")
        CloudSqlDatabase cloudSQL,
    @JsonPropertyDescription("A database on any other PostgreSQL server, version 14 to 18.")
        PostgresDatabase postgres) {

  /** How to log in, whichever it is. */
  public DatabaseCredentials credentials() {
    return cloudSQL != null ? cloudSQL.credentials() : postgres.credentials();
  }
}
