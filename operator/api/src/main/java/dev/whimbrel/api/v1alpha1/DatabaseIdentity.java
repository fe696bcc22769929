package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** Which database it is, as it says itself. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record DatabaseIdentity(
    @Required @JsonPropertyDescription("Instance, or host and port.") String server,
    @Required @JsonPropertyDescription("Name of the database.") String database,
    @JsonPropertyDescription("OID of the database.") Long oid,
    @JsonPropertyDescription("System identifier of the cluster; physical clones share it.")
        String systemIdentifier,
    @JsonPropertyDescription("Version of PostgreSQL.") String serverVersion,
    @JsonPropertyDescription("Whether point-in-time recovery is on, where that is known.")
        Boolean pointInTimeRecovery) {}
