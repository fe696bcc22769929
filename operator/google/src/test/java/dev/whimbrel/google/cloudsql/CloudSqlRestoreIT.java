package dev.whimbrel.google.cloudsql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.sqladmin.SQLAdmin;
import com.google.api.services.sqladmin.model.InstancesRestoreBackupRequest;
import com.google.api.services.sqladmin.model.Operation;
import com.google.api.services.sqladmin.model.RestoreBackupContext;
import com.google.auth.http.HttpCredentialsAdapter;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The fake's backups are worth something: what they hold comes back. Real time, real data. */
@Tag("google")
class CloudSqlRestoreIT {

  private static final CloudSqlInstance ORDERS = CloudSqlInstance.parse("p1:us-central1:orders");
  private static final String PASSWORD = "!@#$%^&*(){}'\";";

  private static FakeGoogleCloud cloud;
  private static FakeInstance orders;

  @BeforeAll
  static void startCloud() throws IOException, SQLException {
    cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local());
    orders = cloud.createInstance(FakeInstanceOptions.of(ORDERS.toString()));
    orders.createDatabase("shop", "shop", PASSWORD);
  }

  @AfterAll
  static void stopCloud() throws IOException {
    cloud.close();
  }

  @Test
  void aRestoreBringsBackWhatWasDroppedAfterTheBackupAndTakesAwayWhatWasAdded() throws Exception {
    execute("CREATE TABLE bird AS SELECT 1 AS id, 'whimbrel' AS name");
    BackupResult.Done backup = backUp("before the drop");
    execute("CREATE TABLE later AS SELECT 1 AS id");
    execute("DROP TABLE bird");

    restore(orders, backup.id());

    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(text("SELECT name FROM bird WHERE id = 1")).isEqualTo("whimbrel"));
    assertThat(text("SELECT to_regclass('later')::text")).isNull();
    assertThat(orders.backups()).isNotEmpty();
  }

  @Test
  void aBackupTakenWhileOthersWriteIsConsistent() throws Exception {
    execute("CREATE TABLE tally (id bigserial PRIMARY KEY, filler text)");
    BackupResult.Done backup;
    try (Writer writer = new Writer()) {
      await().until(() -> writer.rows() > 20);
      backup = backUp("while writing");
    }

    restore(orders, backup.id());

    await()
        .ignoreExceptions()
        .untilAsserted(() ->
            assertThat(text("SELECT count(*) = max(id) AND count(*) > 20 FROM tally"))
                .isEqualTo("t"));
  }

  @Test
  void replicasBlockARestore() throws Exception {
    FakeInstance primary =
        cloud.createInstance(
            FakeInstanceOptions.of("p1:us-central1:primary")
                .withReplicas("primary-replica")
                .withoutDatabase());
    BackupResult.Done backup =
        (BackupResult.Done)
            new OnDemandBackup(
                    admin(),
                    request(CloudSqlInstance.parse(primary.connectionName()), "with replica"),
                    Clock.systemUTC(),
                    Sleeper.ofThread())
                .run();

    assertThatThrownBy(() -> restore(primary, backup.id()))
        .isInstanceOf(GoogleJsonResponseException.class)
        .hasMessageContaining("primary-replica");
  }

  @Test
  void rolesLogInWithTheirPasswordsOnly() throws Exception {
    assertThat(text("SELECT current_user")).isEqualTo("shop");
    assertThatThrownBy(() -> DriverManager.getConnection(orders.jdbcUrl("shop"), "shop", "wrong"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("password authentication failed");
  }

  private static BackupResult.Done backUp(String description) throws InterruptedException {
    BackupResult result =
        new OnDemandBackup(
                admin(), request(ORDERS, description), Clock.systemUTC(), Sleeper.ofThread())
            .run();
    assertThat(result).isInstanceOf(BackupResult.Done.class);
    return (BackupResult.Done) result;
  }

  private static BackupRequest request(CloudSqlInstance instance, String description) {
    return BackupRequest.of(instance, description, cloud.clock().instant(), Duration.ofMinutes(1))
        .asFirst()
        .withTimes(Duration.ofMillis(50), Duration.ofSeconds(1));
  }

  private static CloudSqlAdmin admin() {
    return CloudSqlAdmin.connect(
        new FixedCredentials(cloud.accessToken()),
        Optional.of(cloud.endpoint()),
        Duration.ofSeconds(20));
  }

  /** Restoring is not something our client does yet: Google's own does it here. */
  private static void restore(FakeInstance target, String backupId) throws IOException {
    SQLAdmin client =
        new SQLAdmin.Builder(
                new NetHttpTransport(),
                GsonFactory.getDefaultInstance(),
                new HttpCredentialsAdapter(new FixedCredentials(cloud.accessToken())))
            .setRootUrl(cloud.endpoint().toString())
            .setApplicationName("whimbrel-test")
            .build();
    String project = target.options().project();
    Operation operation =
        client
            .instances()
            .restoreBackup(
                project,
                target.options().name(),
                new InstancesRestoreBackupRequest()
                    .setRestoreBackupContext(
                        new RestoreBackupContext()
                            .setBackupRunId(Long.valueOf(backupId))
                            .setInstanceId(target.options().name())
                            .setProject(project)))
            .execute();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> client.operations().get(project, operation.getName()).execute().getStatus(),
            "DONE"::equals);
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(orders.jdbcUrl("shop"), "shop", PASSWORD);
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String text(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getString(1);
    }
  }

  /** Inserts rows, one transaction each, until closed. */
  private static final class Writer implements AutoCloseable {

    private final Connection connection = connect();
    private volatile boolean stopped;
    private final AtomicInteger rows = new AtomicInteger();
    private final Thread thread = Thread.ofPlatform().start(this::write);

    private Writer() throws SQLException {}

    int rows() {
      return rows.get();
    }

    private void write() {
      try (Statement statement = connection.createStatement()) {
        while (!stopped) {
          statement.execute("INSERT INTO tally (filler) VALUES (repeat('x', 500))");
          rows.incrementAndGet();
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() throws SQLException, InterruptedException {
      stopped = true;
      thread.join();
      connection.close();
    }
  }
}
