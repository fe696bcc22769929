package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A database on a Cloud SQL instance. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.proxy) || has(self.connect) && self.connect == 'Proxy'",
    message = "spec.database.cloudSQL.proxy needs connect: Proxy")
@ValidationRule(
    value = "!has(self.credentials.iam) || has(self.connect) && self.connect != 'PrivateIP'",
    message =
        "credentials.iam needs connect: Connector or connect: Proxy: PostgreSQL itself knows no"
            + " login by IAM without a password")
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
    @Default(CloudSqlDatabase.PRIVATE_IP)
        @Pattern("^(PrivateIP|Connector|Proxy)$")
        @JsonPropertyDescription(
            "How pods reach the instance. PrivateIP: PostgreSQL's port at its private IP (or at the"
                + " public one, where it has no other). Connector: Whimbrel's own sessions go"
                + " through the Cloud SQL Java connector; the tool of source.alembic goes its own"
                + " way. Proxy: a Cloud SQL Auth Proxy runs in the pod, and the tool's URL names"
                + " 127.0.0.1. The last two need roles/cloudsql.client and port 3307.")
        String connect,
    @JsonPropertyDescription("The proxy of connect: Proxy, where its defaults do not fit.")
        CloudSqlProxy proxy,
    @Required @JsonPropertyDescription("How to log in.") DatabaseCredentials credentials) {

  /** Values of {@link #connect}. */
  public static final String PRIVATE_IP = "PrivateIP";

  public static final String CONNECTOR = "Connector";
  public static final String PROXY = "Proxy";

  /** One that is reached at its private IP. */
  public CloudSqlDatabase(
      String instance, String database, String role, DatabaseCredentials credentials) {
    this(instance, database, role, null, null, credentials);
  }

  /** The project of the instance. */
  public String project() {
    int region = instance.lastIndexOf(':', instance.lastIndexOf(':') - 1);
    return instance.substring(0, region);
  }
}
