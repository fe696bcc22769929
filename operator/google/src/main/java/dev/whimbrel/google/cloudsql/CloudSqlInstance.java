package dev.whimbrel.google.cloudsql;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a Cloud SQL instance, as in its connection name {@code project:region:instance}.
 *
 * @param project project id; a domain-scoped one carries its domain, as in {@code
 *     example.com:billing}
 * @param region for example {@code us-central1}
 * @param name name of the instance within the project
 */
public record CloudSqlInstance(String project, String region, String name) {

  private static final Pattern CONNECTION_NAME =
      Pattern.compile("((?:[a-z0-9.-]+:)?[a-z][-a-z0-9]*):([a-z]+-[a-z]+[0-9]+):([a-z][-a-z0-9]*)");

  /**
   * Reads a connection name.
   *
   * @throws IllegalArgumentException when it is not {@code project:region:instance}; the message is
   *     fit for users
   */
  public static CloudSqlInstance parse(String connectionName) {
    Matcher matcher = CONNECTION_NAME.matcher(connectionName);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"%s\" is not a Cloud SQL connection name: write project:region:instance, for example kotori-io:us-central1:kotori-db (gcloud sql instances describe NAME --format='value(connectionName)' prints it)"
              .formatted(connectionName));
    }
    return new CloudSqlInstance(matcher.group(1), matcher.group(2), matcher.group(3));
  }

  /** The connection name, {@code project:region:instance}. */
  @Override
  public String toString() {
    return project + ":" + region + ":" + name;
  }
}
