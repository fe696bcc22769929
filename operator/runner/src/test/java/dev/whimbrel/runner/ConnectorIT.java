package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.google.cloudsql.CloudSqlAdmin;
import dev.whimbrel.google.iam.PodIdentity;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeFault;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jobs that reach a Cloud SQL instance through Google's own connector. */
@Tag("google")
class ConnectorIT {

  private static final String INSTANCE = "p1:us-central1:orders";
  private static final String ACCOUNT = "whimbrel-runner@p1.iam.gserviceaccount.com";
  private static final String GRANT =
      "gcloud projects add-iam-policy-binding p1 --member=serviceAccount:" + ACCOUNT + " --role=";

  private static FakeGoogleCloud cloud;
  private static FakeInstance instance;
  private static int databases;

  private final RunnerHarness job = new RunnerHarness();
  private final String database = "orders" + ++databases;

  @BeforeAll
  static void startCloud() throws Exception {
    cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local());
    instance = cloud.createInstance(FakeInstanceOptions.of(INSTANCE));
    instance.createIamUser(ACCOUNT);
    instance.createIamUser("somebody-else@p1.iam.gserviceaccount.com");
  }

  @AfterAll
  static void stopCloud() throws Exception {
    cloud.close();
  }

  @BeforeEach
  void start() throws SQLException {
    instance.createDatabase(database, database, "right");
    job.environment(CloudSqlAdmin.ENDPOINT_VARIABLE, cloud.endpoint().toString())
        .environment(PodIdentity.METADATA_VARIABLE, cloud.metadataHost())
        .environment(RunnerInput.USER_VARIABLE, database)
        .environment(RunnerInput.PASSWORD_VARIABLE, "right")
        .file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    connect(INSTANCE, new RunnerInput.By(null, false));
  }

  @AfterEach
  void stop() {
    cloud.permissions().restore("cloudsql.instances.connect");
    cloud.permissions().restore("cloudsql.instances.login");
    job.close();
  }

  @Test
  void aPasswordGoesThroughTheConnector() {
    MigrationPlanSpec plan = job.plan();

    assertThat(job.run(plan, Step.MIGRATE, Step.VERIFY).result().outcome())
        .isEqualTo(Outcome.VERIFIED);
    assertThat(plan.database().server()).isEqualTo(INSTANCE);
    assertThat(plan.preflight())
        .extracting(CheckResult::name, CheckResult::result)
        .contains(tuple("connect", "Passed"), tuple("login", "Passed"));
    assertThat(cloud.journal().count(ApiCall.EPHEMERAL_CERT)).isPositive();
  }

  @Test
  void aWrongPasswordIsRefusedByTheDatabase() {
    job.environment(RunnerInput.PASSWORD_VARIABLE, "wrong");

    assertRefused("WrongPassword", 10, "refuses user \"" + database + "\"");
  }

  @Test
  void aServiceAccountLogsInWithoutAPassword() throws SQLException {
    byIam("whimbrel-runner@p1.iam");

    assertThat(job.run(job.plan(), Step.MIGRATE, Step.VERIFY).result().outcome())
        .isEqualTo(Outcome.VERIFIED);
  }

  @Test
  void asSomebodyElseAServiceAccountDoesNotLogIn() throws SQLException {
    byIam("somebody-else@p1.iam");

    assertRefused(
        "IamLoginRefused",
        10,
        "the service account that the Job runs as (serviceAccount:" + ACCOUNT + ")",
        "gcloud sql users create somebody-else@p1.iam --instance=orders --project=p1"
            + " --type=cloud_iam_service_account",
        GRANT + "roles/cloudsql.instanceUser");
  }

  @Test
  void withoutThePermissionToLogInTheRoleIsNamed() throws SQLException {
    cloud.permissions().revoke("cloudsql.instances.login");
    byIam("whimbrel-runner@p1.iam");

    assertRefused("IamLoginRefused", 10, GRANT + "roles/cloudsql.instanceUser");
  }

  @Test
  void withoutThePermissionToConnectTheRoleIsNamed() {
    cloud.permissions().revoke("cloudsql.instances.connect");

    assertRefused(
        "MayNotConnect",
        10,
        "no permission for connect.get on instance " + INSTANCE,
        GRANT + "roles/cloudsql.client");
  }

  @Test
  void anInstanceThatIsGoneIsNamed() {
    cloud.faults().always(ApiCall.CONNECT_SETTINGS, FakeFault.missingInstance());
    try {
      assertRefused("InstanceUnknown", 10, "instance " + INSTANCE + " was not found");
    } finally {
      cloud.faults().clear();
    }
  }

  @Test
  void anotherRegionIsNamed() {
    connect("p1:europe-west1:orders", new RunnerInput.By(null, false));

    assertRefused("NotConnected", 10, "region");
  }

  @Test
  void aServerWithTheCertificateOfAnotherInstanceIsNotTalkedTo() {
    instance.pretendToBe("p1:payments");
    try {
      assertRefused("TlsRefused", 20, "somebody else answers at the instance's address");
    } finally {
      instance.pretendToBe("p1:orders");
    }
  }

  @Test
  void aCertificateThatTheInstanceNoLongerTakesIsRenewed() throws Exception {
    // Another instance: connectors keep certificates, and the other tests theirs.
    try (FakeGoogleCloud other = FakeGoogleCloud.start(FakeGoogleCloudOptions.local())) {
      FakeInstance moody = other.createInstance(FakeInstanceOptions.of(INSTANCE));
      moody.createDatabase(database, database, "right");
      job.environment(CloudSqlAdmin.ENDPOINT_VARIABLE, other.endpoint().toString());
      MigrationPlanSpec plan = job.plan();
      moody.renewCertificates();

      RunnerHarness.Run refused = job.run(plan, Step.MIGRATE);
      RunnerHarness.Run later = job.run(plan, Step.MIGRATE);

      assertThat(refused.exit()).as(refused.log()).isEqualTo(20);
      assertThat(refused.result().reason()).isEqualTo("TlsRefused");
      assertThat(later.exit()).as(later.log()).isZero();
    }
  }

  private void byIam(String user) throws SQLException {
    connect(INSTANCE, new RunnerInput.By(null, true));
    job.environment(RunnerInput.USER_VARIABLE, user).environment(RunnerInput.PASSWORD_VARIABLE, "");
    try (Connection connection = instance.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER DATABASE " + database + " OWNER TO \"" + user + "\"");
    }
  }

  private void connect(String to, RunnerInput.By by) {
    job.input(input ->
        input.withDatabase(new RunnerInput.Database(to, null, null, database, null, null, by)));
  }

  private void assertRefused(String reason, int exit, String... said) {
    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.result().reason()).as(run.log()).isEqualTo(reason);
    assertThat(run.exit()).isEqualTo(exit);
    assertThat(run.result().message()).contains(said);
  }
}
