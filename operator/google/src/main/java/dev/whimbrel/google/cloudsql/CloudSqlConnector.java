package dev.whimbrel.google.cloudsql;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.sql.ConnectorConfig;
import com.google.cloud.sql.ConnectorRegistry;
import com.google.cloud.sql.RefreshStrategy;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Google's connector for JDBC: TLS with the instance's own server proxy, by certificates that the
 * Admin API signs for whoever may connect. It says who the server is, which a bare connection to
 * the private IP does not, and logs users of IAM in.
 *
 * <p>The library keeps its connectors by name for the whole process; so a name of ours says all
 * that distinguishes one.
 */
public final class CloudSqlConnector {

  /** Where the instance takes connectors and proxies. */
  public static final int PORT = 3307;

  private static final String FACTORY = "com.google.cloud.sql.postgres.SocketFactory";
  private static final String GOOGLES_OWN = "whimbrel";

  /** Long after any Job, and the same in all connectors of a process. */
  private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

  private final String name;

  private CloudSqlConnector(String name) {
    this.name = name;
  }

  /**
   * The connector with the credentials of its surroundings. Nothing is sent yet.
   *
   * @param environment looked up for {@value CloudSqlAdmin#ENDPOINT_VARIABLE}; one in the clear is
   *     a stand-in, which gets no real token
   */
  public static CloudSqlConnector fromEnvironment(Map<String, String> environment) {
    Optional<String> endpoint =
        Optional.ofNullable(environment.get(CloudSqlAdmin.ENDPOINT_VARIABLE))
            .filter(value -> !value.isBlank())
            .map(value -> value.endsWith("/") ? value : value + "/");
    String name = endpoint.map(url -> GOOGLES_OWN + " at " + url).orElse(GOOGLES_OWN);
    // Threads that refresh ahead are for programs that live longer than a certificate.
    ConnectorConfig.Builder config =
        new ConnectorConfig.Builder().withRefreshStrategy(RefreshStrategy.LAZY);
    endpoint.ifPresent(config::withAdminRootUrl);
    if (endpoint.filter(url -> url.startsWith("http:")).isPresent()) {
      config.withGoogleCredentials(
          GoogleCredentials.create(new AccessToken("none", Date.from(NEVER))));
    }
    register(name, config.build());
    return new CloudSqlConnector(name);
  }

  private static void register(String name, ConnectorConfig config) {
    try {
      ConnectorRegistry.register(name, config);
    } catch (IllegalArgumentException e) {
      // It is there already, and the name says that it is the same.
    }
  }

  /**
   * What makes a JDBC connection go to the instance, whatever host its URL names.
   *
   * @param kind which of the instance's addresses
   * @param iam whether the user logs in by IAM; the password is not looked at then, and may not be
   *     empty
   */
  public Properties properties(CloudSqlInstance instance, InstanceAddress.Kind kind, boolean iam) {
    Properties properties = new Properties();
    properties.setProperty("socketFactory", FACTORY);
    properties.setProperty("cloudSqlInstance", instance.toString());
    properties.setProperty("cloudSqlNamedConnector", name);
    properties.setProperty(
        "ipTypes",
        switch (kind) {
          case PRIVATE -> "PRIVATE";
          case PRIMARY -> "PUBLIC";
        });
    properties.setProperty("enableIamAuth", String.valueOf(iam));
    // What is inside of TLS needs none of its own.
    properties.setProperty("sslmode", "disable");
    return properties;
  }
}
