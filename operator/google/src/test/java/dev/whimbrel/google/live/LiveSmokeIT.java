package dev.whimbrel.google.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.GoogleCredentials;
import dev.whimbrel.google.GoogleAccess;
import dev.whimbrel.google.build.CloudBuildClient;
import dev.whimbrel.google.cloudsql.CloudSqlAdmin;
import dev.whimbrel.google.iam.ProjectPermissions;
import dev.whimbrel.google.secrets.SecretManagerClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The real Google Cloud, looked at and not touched: {@code -Dwhimbrel.live=PROJECT}, and {@code
 * -Dwhimbrel.live.instance}, {@code .pool}, {@code .secret} and {@code .service}; see
 * docs/google-cloud.md.
 */
@Tag("live")
class LiveSmokeIT {

  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

  @Test
  void whatWeReadOfTheRealCloudIsThere() throws Exception {
    Optional<LiveTarget> target = LiveTarget.of(System::getProperty);
    if (target.isEmpty()) {
      skip("no -Dwhimbrel.live=PROJECT, so the real Google Cloud is not looked at");
    }
    Optional<GoogleCredentials> credentials = credentials();
    if (credentials.isEmpty()) {
      List<LiveChecks.Check> wanted =
          LiveChecks.of(target.get(), new LiveChecks.Clients(null, null, null, null, null));
      System.out.printf(
          "On project %s this would be looked at, and nothing changed:%n%s",
          target.get().project(), LiveChecks.list(wanted));
      skip("there are no Google credentials here: gcloud auth application-default login");
    }
    System.out.printf("Looking at project %s%n", target.get().project());

    List<LiveChecks.Row> rows = rows(target.get(), credentials.get().createScoped(SCOPE));

    System.out.print(LiveChecks.table(rows));
    assertThat(rows).extracting(LiveChecks.Row::result).doesNotContain("Failed");
  }

  private static List<LiveChecks.Row> rows(LiveTarget target, GoogleCredentials credentials)
      throws IOException {
    Map<String, String> environment = System.getenv();
    try (SecretManagerClient secrets =
            SecretManagerClient.connect(
                GoogleAccess.of(environment, SecretManagerClient.ENDPOINT_VARIABLE));
        CloudBuildClient builds = CloudBuildClient.fromEnvironment(environment)) {
      ProjectPermissions permissions =
          new ProjectPermissions(
              GoogleAccess.of(environment, ProjectPermissions.ENDPOINT_VARIABLE));
      return LiveChecks.run(
          LiveChecks.of(
              target,
              new LiveChecks.Clients(
                  CloudSqlAdmin.fromEnvironment(environment),
                  secrets,
                  builds,
                  permissions,
                  (api, path) -> get(credentials, "https://" + api + ".googleapis.com" + path))));
    }
  }

  static String get(GoogleCredentials credentials, String url) throws IOException {
    return new NetHttpTransport()
        .createRequestFactory(new HttpCredentialsAdapter(credentials))
        .buildGetRequest(new GenericUrl(url))
        .execute()
        .parseAsString();
  }

  private static Optional<GoogleCredentials> credentials() {
    try {
      return Optional.of(GoogleCredentials.getApplicationDefault());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void skip(String why) {
    System.out.println("Skipped LiveSmokeIT: " + why);
    abort(why);
  }
}
