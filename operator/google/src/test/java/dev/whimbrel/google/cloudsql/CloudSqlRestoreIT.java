package dev.whimbrel.google.cloudsql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeFault;
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

    cloud.faults().onNext(ApiCall.RESTORE_BACKUP, new FakeFault.CommitThenReset());
    int asked = cloud.journal().count(ApiCall.RESTORE_BACKUP);

    RestoreResult result = restore(orders, backup.id());

    assertThat(result).isInstanceOf(RestoreResult.Done.class);
    assertThat(cloud.journal().count(ApiCall.RESTORE_BACKUP) - asked).isEqualTo(1);
    assertThat(text("SELECT name FROM bird WHERE id = 1")).isEqualTo("whimbrel");
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

    RestoreResult result = restore(primary, backup.id());

    assertThat(result)
        .isInstanceOfSatisfying(
            RestoreResult.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo("InstanceHasReplicas");
              assertThat(refused.message()).contains("primary-replica");
            });
    CloudSqlInstance instance = CloudSqlInstance.parse(primary.connectionName());
    assertThatThrownBy(() -> admin().restoreBackup(instance, Long.parseLong(backup.id())))
        .isInstanceOf(CloudSqlException.class)
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

  private static RestoreResult restore(FakeInstance target, String backupId)
      throws InterruptedException {
    CloudSqlInstance instance = CloudSqlInstance.parse(target.connectionName());
    RestoreRequest request =
        RestoreRequest.of(
                instance,
                Long.parseLong(backupId),
                cloud.clock().instant().minusMillis(1),
                true,
                Duration.ofMinutes(1))
            .withTimes(Duration.ofMillis(50), Duration.ofSeconds(1));
    return new InstanceRestore(admin(), request, Clock.systemUTC(), Sleeper.ofThread()).run();
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
