package dev.whimbrel.runner.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.runner.StepFailure;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Poolers and replicas are told apart from a primary. */
@Tag("postgres")
class PreflightIT {

  @TempDir Path directory;

  private final RunnerHarness harness = new RunnerHarness();

  @AfterEach
  void close() {
    harness.close();
  }

  @Test
  void twoSessionsWithOneServerProcessAreAPooler() throws Exception {
    Job job = harness.job(Step.PLAN);
    try (Session session = Connections.of(job).readOnly()) {
      assertThatThrownBy(() -> Preflight.require(job, session, session))
          .isInstanceOf(StepFailure.class)
          .hasMessageContaining("connection pooler")
          .hasMessageContaining("direct address of the primary in spec.database.postgres");
    }
  }

  @Test
  void startOptionsThatGetLostAreAPooler() throws Exception {
    Job job = harness.job(Step.PLAN);
    try (Session session = Connections.of(job).readOnly();
        Connection plain = harness.connect();
        Session withoutOptions = new Session(plain)) {
      assertThatThrownBy(() -> Preflight.require(job, session, withoutOptions))
          .isInstanceOfSatisfying(
              StepFailure.class, e -> assertThat(e.end().reason()).isEqualTo("Pooler"));
    }
  }

  @Test
  void twoRealSessionsAreFine() throws Exception {
    Job job = harness.job(Step.PLAN);
    Connections connections = Connections.of(job);
    try (Session one = connections.readOnly();
        Session two = connections.readWrite()) {
      Preflight.require(job, one, two);
      assertThat(one.text("SHOW application_name").orElseThrow())
          .matches("whimbrel/[0-9a-f]{8}/4-1/1");
      assertThat(one.text("SHOW tcp_keepalives_idle")).contains("30");
      assertThat(one.text("SHOW default_transaction_read_only")).contains("on");
    }
  }

  @Test
  void aReplicaIsNoPrimary() throws Exception {
    Path data = directory.resolve("data");
    EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false).start().close();
    Files.createFile(data.resolve("standby.signal"));
    try (EmbeddedPostgres replica =
            EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false).start();
        Connection connection =
            DriverManager.getConnection(replica.getJdbcUrl("postgres", "postgres"));
        Session session = new Session(connection)) {
      assertThatThrownBy(() -> Preflight.requirePrimary(harness.job(Step.PLAN), session))
          .isInstanceOf(StepFailure.class)
          .hasMessageContaining("is a read replica: point spec.database.postgres to the primary");
    }
  }
}
