package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A database on a PostgreSQL server that is not Cloud SQL. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PostgresDatabase(
    @Required
        @Size(min = 1, max = 253)
        @ValidationRule(
            value = "self == oldSelf",
            message =
                "spec.database.postgres.host is immutable: create another DatabaseMigration for"
                    + " another database")
        @JsonPropertyDescription(
            "Host name or address of the primary itself, not of a connection pooler.")
        String host,
    @Default("5432")
        @Min(1)
        @Max(65535)
        @ValidationRule(
            value = "self == oldSelf",
            message =
                "spec.database.postgres.port is immutable: create another DatabaseMigration for"
                    + " another database")
        @JsonPropertyDescription("TCP port.")
        Integer port,
    @Required
        @Size(min = 1, max = 63)
        @ValidationRule(
            value = "self == oldSelf",
            message =
                "spec.database.postgres.database is immutable: create another DatabaseMigration for"
                    + " another database")
        @JsonPropertyDescription("Name of the database.")
        String database,
    @Default("verify-full")
        @Pattern("^(verify-full|verify-ca|require|prefer|disable)$")
        @JsonPropertyDescription(
            "How TLS is used, in the words of libpq: verify-full, verify-ca, require, prefer or"
                + " disable.")
        String sslMode,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription(
            "Role to SET after connecting, for example the owner of the schema.")
        String role,
    @Required @JsonPropertyDescription("How to log in.") DatabaseCredentials credentials) {}
