package dev.whimbrel.google.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.google.GoogleAccess;
import dev.whimbrel.google.iam.PodIdentity;
import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeFault;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeSecret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Google's client against the fake Secret Manager: what is found, and how a miss is explained. */
@Tag("google")
class SecretLookupIT {

  private static final String MEMBER = "serviceAccount:whimbrel-runner@p1.iam.gserviceaccount.com";

  private FakeGoogleCloud cloud;
  private FakeSecret secret;
  private SecretManagerClient manager;
  private SecretLookup lookup;

  @BeforeEach
  void start() throws IOException {
    cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local());
    secret = cloud.secrets().create("p1", "database-url").add("old").add("it's \"$new\"\n");
    Map<String, String> environment =
        Map.of(
            SecretManagerClient.ENDPOINT_VARIABLE,
            cloud.endpoint().toString(),
            PodIdentity.METADATA_VARIABLE,
            cloud.metadataHost());
    manager =
        SecretManagerClient.connect(
            GoogleAccess.of(environment, SecretManagerClient.ENDPOINT_VARIABLE));
    lookup = new SecretLookup(manager, PodIdentity.member(environment, "shop", "migrator"));
  }

  @AfterEach
  void stop() throws IOException {
    manager.close();
    cloud.close();
  }

  @Test
  void theNewestVersionIsReadWithItsNumber() {
    SecretFinding latest = find("database-url", "latest");
    SecretFinding first = find("database-url", "1");

    assertThat(((SecretFinding.Found) latest).value().version()).isEqualTo("2");
    assertThat(text(latest)).isEqualTo("it's \"$new\"\n");
    assertThat(text(first)).isEqualTo("old");
    assertThat(latest.toString()).doesNotContain("new");
  }

  @Test
  void aNameInAnotherCaseIsAnsweredWithTheNearestOne() {
    assertThat(find("DATABASE_URL", "latest"))
        .isEqualTo(
            new SecretFinding.Refused(
                "secret DATABASE_URL of project p1 does not exist: did you mean database-url?",
                "write secret: database-url"));
  }

  @Test
  void aSecretThatIsNotThereSaysHowToCreateIt() {
    assertThat(find("stripe-key", "latest"))
        .isEqualTo(
            new SecretFinding.Refused(
                "secret stripe-key of project p1 does not exist",
                "gcloud secrets create stripe-key --project=p1 --data-file=FILE"));
  }

  @Test
  void aMissingGrantIsPrintedAsACommandForTheIdentityOfThePod() {
    secret.deny();

    assertThat(find("database-url", "latest"))
        .isEqualTo(
            new SecretFinding.Refused(
                MEMBER + " may not read secret database-url of project p1",
                "gcloud secrets add-iam-policy-binding database-url --project=p1 --member="
                    + MEMBER
                    + " --role=roles/secretmanager.secretAccessor"));
  }

  @Test
  void whoMayNotListSecretsIsToldThatItMayNotExist() {
    cloud.secrets().hideNames(true);

    SecretFinding.Refused refused = (SecretFinding.Refused) find("DATABASE_URL", "latest");

    assertThat(refused.message())
        .isEqualTo(
            MEMBER
                + " may not read secret DATABASE_URL of project p1, or it does not exist (names are"
                + " case-sensitive)");
  }

  @Test
  void aDisabledVersionIsEnabledAndADestroyedOneReplaced() {
    secret.set(2, FakeSecret.State.DISABLED).set(1, FakeSecret.State.DESTROYED);

    assertThat(find("database-url", "latest"))
        .isEqualTo(
            new SecretFinding.Refused(
                "version 2 of secret database-url of project p1 is DISABLED",
                "gcloud secrets versions enable 2 --secret=database-url --project=p1"));
    assertThat(find("database-url", "1"))
        .isEqualTo(
            new SecretFinding.Refused(
                "version 1 of secret database-url of project p1 is DESTROYED",
                "gcloud secrets versions add database-url --project=p1 --data-file=FILE"));
  }

  @Test
  void aVersionThatIsNotThereAndASecretWithoutOneAreToldApart() {
    cloud.secrets().create("p1", "empty");

    assertThat(((SecretFinding.Refused) find("database-url", "9")).message())
        .isEqualTo("version 9 of secret database-url of project p1 does not exist");
    assertThat(((SecretFinding.Refused) find("empty", "latest")).message())
        .isEqualTo("secret empty of project p1 has no version");
  }

  @Test
  void aServiceThatIsNotThereForAMomentIsAskedAgain() {
    cloud.faults().onNext(ApiCall.ACCESS_SECRET_VERSION, FakeFault.unavailable());

    assertThat(text(find("database-url", "1"))).isEqualTo("old");
    assertThat(cloud.journal().count(ApiCall.ACCESS_SECRET_VERSION)).isEqualTo(2);
  }

  private SecretFinding find(String name, String version) {
    return lookup.find(new SecretReference("p1", name, version));
  }

  private static String text(SecretFinding finding) {
    return new String(((SecretFinding.Found) finding).value().bytes(), StandardCharsets.UTF_8);
  }
}
