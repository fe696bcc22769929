package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.testkit.postgres.TcpProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Why there is no session, in words that name the field and the fix. */
@Tag("postgres")
class ConnectIT {

  private static final String PASSWORD = "!@#$%^&*(){}'\";";

  private final RunnerHarness job = new RunnerHarness();

  @BeforeEach
  void oneRevision() {
    job.file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void aPasswordOfPunctuationWorksAndIsNeverPrinted() throws Exception {
    String role = "owner_" + job.database();
    RunnerHarness.server().createRole(role, PASSWORD);
    RunnerHarness.server()
        .execute("postgres", "ALTER DATABASE " + job.database() + " OWNER TO " + role);
    try (PasswordServer server = new PasswordServer()) {
      job.environment(RunnerInput.USER_VARIABLE, role);
      job.environment(RunnerInput.PASSWORD_VARIABLE, PASSWORD);

      RunnerHarness.Run run = job.run(job.plan(), Step.MIGRATE, Step.VERIFY);

      assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFIED);
      assertThat(run.log()).doesNotContain(PASSWORD);
      assertThat(run.result().toTerminationMessage()).doesNotContain("!@#$%^&*()");
    }
  }

  @Test
  void aWrongPasswordNamesTheSecretsFields() throws Exception {
    String role = "owner_" + job.database();
    RunnerHarness.server().createRole(role, PASSWORD);
    try (PasswordServer server = new PasswordServer()) {
      job.environment(RunnerInput.USER_VARIABLE, role);
      job.environment(RunnerInput.PASSWORD_VARIABLE, "something-else");

      refused(
          10,
          "WrongPassword",
          Kind.PERMANENT,
          "spec.database.postgres.credentials.secretRef",
          "userKey");
      assertThat(job.result().sqlState()).isEqualTo("28P01");
      assertThat(job.result().message()).doesNotContain("something-else");
    }
  }

  @Test
  void aDatabaseThatDoesNotExistIsPermanent() {
    at(database ->
        new RunnerInput.Database(
            null, "127.0.0.1", RunnerHarness.server().port(), "nowhere", "disable", null));

    refused(10, "NoSuchDatabase", Kind.PERMANENT, "\"nowhere\"", "spec.database.postgres.database");
  }

  @Test
  void anUnknownHostIsNamed() {
    at(database ->
        new RunnerInput.Database(null, "no-such-host.invalid", 5432, "app", "disable", null));

    refused(20, "UnknownHost", Kind.TRANSIENT, "no-such-host.invalid", "spec.database.postgres");
  }

  @Test
  void aPortThatNobodyListensOnIsRefused() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    at(database -> new RunnerInput.Database(null, "127.0.0.1", port, "app", "disable", null));

    refused(20, "ConnectionRefused", Kind.TRANSIENT, "127.0.0.1:" + port);
  }

  @Test
  void somethingElseThanPostgresIsSaidToBeSo() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerLikeSsh(socket));
      at(database ->
          new RunnerInput.Database(
              null, "127.0.0.1", socket.getLocalPort(), "app", "disable", null));

      refused(10, "NotPostgres", Kind.PERMANENT, "does not speak PostgreSQL");
    }
  }

  @Test
  void aServerWithoutTlsNamesSslMode() {
    at(database ->
        new RunnerInput.Database(
            null, "127.0.0.1", RunnerHarness.server().port(), job.database(), "verify-full", null));

    refused(10, "TlsRefused", Kind.PERMANENT, "spec.database.postgres.sslMode");
  }

  @Test
  void aRoleThatMayNotBeTakenIsNamed() {
    at(database ->
        new RunnerInput.Database(
            null,
            "127.0.0.1",
            RunnerHarness.server().port(),
            job.database(),
            "disable",
            "nobody-known"));

    refused(10, "RoleRefused", Kind.PERMANENT, "\"nobody-known\"", "spec.database.postgres.role");
  }

  @Test
  void aRoleIsTakenBeforeAnythingIsCreated() throws Exception {
    String role = "owner_" + job.database();
    RunnerHarness.server().createRole(role, "unused");
    job.execute("GRANT CREATE ON SCHEMA public TO " + role);
    at(database ->
        new RunnerInput.Database(
            null, "127.0.0.1", RunnerHarness.server().port(), job.database(), "disable", role));

    job.migrate();

    assertThat(job.query("SELECT tableowner FROM pg_tables WHERE tablename = 'users'"))
        .isEqualTo(role);
    job.execute("DROP OWNED BY " + role);
  }

  @Test
  void aConnectionThatIsCutDuringTheMigrationIsTransientAndLeavesNothing() throws Exception {
    job.file("V2__slow.sql", "SELECT pg_sleep(30);\n");
    try (TcpProxy proxy = TcpProxy.start("127.0.0.1", 0, RunnerHarness.server().port());
        Connection watch = job.connect()) {
      at(database ->
          new RunnerInput.Database(
              null, "127.0.0.1", proxy.port(), job.database(), "disable", null));
      var plan = job.plan();
      Thread.ofVirtual()
          .start(() -> {
            while (!"1"
                .equals(
                    job.query(
                        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%'"
                            + " AND state = 'active' AND pid <> pg_backend_pid()"))) {
              Thread.onSpinWait();
            }
            proxy.cut();
          });

      RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

      assertThat(run.exit()).as(run.log()).isEqualTo(20);
      assertThat(run.result().kind()).isEqualTo(Kind.TRANSIENT);
    }
  }

  private interface Change {
    RunnerInput.Database to(RunnerInput.Database database);
  }

  private void at(Change change) {
    job.input(input -> input.withDatabase(change.to(input.database())));
  }

  private void refused(int exit, String reason, Kind kind, String... words) {
    RunnerHarness.Run run = job.run(Step.PLAN);
    assertThat(run.result().reason()).as(run.log()).isEqualTo(reason);
    assertThat(run.result().kind()).isEqualTo(kind);
    assertThat(run.exit()).isEqualTo(exit);
    assertThat(run.result().message()).contains(words);
  }

  private static void answerLikeSsh(ServerSocket socket) {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept()) {
        client
            .getOutputStream()
            .write("SSH-2.0-OpenSSH_9.6\r\n".getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
        client.getInputStream().read();
      } catch (IOException e) {
        return;
      }
    }
  }
}
