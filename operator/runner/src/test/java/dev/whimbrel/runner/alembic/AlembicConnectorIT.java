package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.google.cloudsql.CloudSqlAdmin;
import dev.whimbrel.google.iam.PodIdentity;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import dev.whimbrel.testkit.python.NeedsPython;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The runner goes through Google's connector, the tool its own way: here, to the private IP. */
@Tag("google")
@NeedsPython
class AlembicConnectorIT {

  private static final String INSTANCE = "p1:us-central1:orders";

  private static FakeGoogleCloud cloud;
  private static FakeInstance instance;
  private static int databases;

  private final AlembicHarness job = new AlembicHarness();
  private final String database = "shop" + ++databases;

  @BeforeAll
  static void startCloud() throws Exception {
    cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local());
    instance = cloud.createInstance(FakeInstanceOptions.of(INSTANCE));
  }

  @AfterAll
  static void stopCloud() throws Exception {
    cloud.close();
  }

  @BeforeEach
  void start() throws Exception {
    instance.createDatabase(database, database, "right");
    job.job()
        .environment(CloudSqlAdmin.ENDPOINT_VARIABLE, cloud.endpoint().toString())
        .environment(PodIdentity.METADATA_VARIABLE, cloud.metadataHost());
    job.database(
            new RunnerInput.Database(
                INSTANCE, null, null, database, null, null, new RunnerInput.By(null, false)))
        .sql("one", null, "CREATE TABLE birds (id bigint)", "DROP TABLE birds");
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void theToolsSessionsAreFoundByTheirName() throws Exception {
    job.url(url("postgresql+psycopg2"));

    MigrationPlanSpec plan = job.plan();
    RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);

    assertThat(run.result().outcome()).as(run.log() + job.toolLog()).isEqualTo(Outcome.VERIFIED);
    assertThat(text("SELECT version_num FROM alembic_version")).isEqualTo("one");
  }

  @Test
  void aDriverThatDoesNotNameItsSessionsIsRefusedWithTheLineThatHelps() throws Exception {
    job.env("async").url(url("postgresql+asyncpg"));

    RunnerHarness.Run refused = job.run(Step.PLAN);
    job.changeEnv(
        "create_async_engine(url,",
        "create_async_engine(url, connect_args={\"server_settings\":"
            + " {\"application_name\": os.environ[\"PGAPPNAME\"]}},");
    RunnerHarness.Run run = job.run(job.plan(), Step.MIGRATE, Step.VERIFY);

    assertThat(refused.exit()).as(refused.log()).isEqualTo(10);
    assertThat(refused.result().reason()).isEqualTo("DatabaseMismatch");
    assertThat(refused.result().message())
        .contains("server_settings={\"application_name\": os.environ[\"PGAPPNAME\"]}");
    assertThat(run.result().outcome()).as(run.log() + job.toolLog()).isEqualTo(Outcome.VERIFIED);
  }

  private String url(String scheme) {
    return "%s://%s:right@%s:%d/%s"
        .formatted(scheme, database, instance.address(), instance.port(), database);
  }

  private String text(String query) throws Exception {
    try (Connection connection = instance.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
