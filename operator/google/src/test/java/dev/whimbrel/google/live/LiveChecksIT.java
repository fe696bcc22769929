package dev.whimbrel.google.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import dev.whimbrel.google.GoogleAccess;
import dev.whimbrel.google.build.CloudBuildClient;
import dev.whimbrel.google.cloudsql.CloudSqlAdmin;
import dev.whimbrel.google.iam.ProjectPermissions;
import dev.whimbrel.google.secrets.SecretManagerClient;
import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeFault;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The smoke test itself, tried on the fake: it asks, judges, and reads no value. */
@Tag("google")
class LiveChecksIT {

  private static final String POOL = "projects/p1/locations/us-central1/workerPools/private";

  @Test
  void everyCallIsMadeAndWhatIsRefusedFails() throws Exception {
    try (FakeGoogleCloud cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local())) {
      cloud.createInstance(FakeInstanceOptions.of("p1:us-central1:orders").withoutDatabase());
      cloud.cloudBuild().withPool(POOL);
      cloud.secrets().create("p1", "database-url").add("the value of it");
      cloud.permissions().revoke("cloudsql.backupRuns.create");
      cloud.faults().onNext(ApiCall.LIST_OPERATIONS, FakeFault.denied());

      List<LiveChecks.Row> rows = rows(cloud);

      assertThat(rows)
          .filteredOn(row -> !row.result().equals("Passed"))
          .extracting(LiveChecks.Row::call)
          .containsExactly("operations.list", "run services.get");
      assertThat(LiveChecks.table(rows))
          .contains("p1:us-central1:orders, POSTGRES_17, RUNNABLE, ALWAYS", "RUNNING", "1 secrets")
          .contains("missing [cloudsql.backupRuns.create]", "its object is not named")
          .doesNotContain("the value of it");
      assertThat(cloud.journal().count(ApiCall.ACCESS_SECRET_VERSION)).isZero();
    }
  }

  @Test
  void whatWouldBeLookedAtCanBeListedWithoutAnyCredentials() {
    LiveTarget target =
        LiveTarget.of(Map.of("whimbrel.live", "p1", "whimbrel.live.pool", POOL)::get).orElseThrow();

    String list =
        LiveChecks.list(
            LiveChecks.of(target, new LiveChecks.Clients(null, null, null, null, null)));

    assertThat(list.lines()).hasSize(11);
    assertThat(list).contains("instances.getLatestRecoveryTime", "projects.testIamPermissions");
    assertThat(LiveTarget.of(Map.<String, String>of()::get)).isEmpty();
  }

  private static List<LiveChecks.Row> rows(FakeGoogleCloud cloud) throws Exception {
    GoogleCredentials token =
        GoogleCredentials.create(
            new AccessToken(
                cloud.accessToken(), Date.from(Instant.now().plus(Duration.ofHours(1)))));
    Optional<String> endpoint = Optional.of(cloud.endpoint().toString().replaceFirst("/$", ""));
    GoogleAccess access = new GoogleAccess(token, endpoint);
    try (SecretManagerClient secrets = SecretManagerClient.connect(access);
        CloudBuildClient builds =
            CloudBuildClient.connect(
                token, Optional.of(cloud.grpcEndpoint()), Duration.ofSeconds(10))) {
      return LiveChecks.run(
          LiveChecks.of(
              new LiveTarget(
                  "p1",
                  Optional.of("p1:us-central1:orders"),
                  Optional.of(POOL),
                  Optional.of("database-url"),
                  Optional.empty()),
              new LiveChecks.Clients(
                  CloudSqlAdmin.connect(
                      token, Optional.of(cloud.endpoint()), Duration.ofSeconds(10)),
                  secrets,
                  builds,
                  new ProjectPermissions(access),
                  (api, path) -> LiveSmokeIT.get(token, endpoint.get() + path))));
    }
  }
}
