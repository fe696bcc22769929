package dev.whimbrel.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.testkit.process.SupervisedProcess;
import dev.whimbrel.testkit.python.KotoriExample;
import dev.whimbrel.testkit.python.NeedsPython;
import dev.whimbrel.testkit.python.PostgresPrograms;
import dev.whimbrel.testkit.realnode.PythonImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A plan is traced where the kubelet runs PostgreSQL's own programs, confined as the runner is. */
@NodeRung
@NeedsPython
@DisabledIfSystemProperty(
    named = "whimbrel.cluster",
    matches = "kind",
    disabledReason = "the image with PostgreSQL is not loaded into that cluster")
@EnabledIfSystemProperty(
    named = "os.arch",
    matches = "amd64",
    disabledReason = "there is no package with pg_dump for this machine")
class TracedNodeIT {

  private static final String IMAGE = "registry.example.com/postgres:16";

  @TempDir static Path directory;

  private static SupervisedProcess database;
  private static String host;
  private static int port;

  @BeforeAll
  static void install(Surroundings surroundings) throws IOException {
    InstalledOperator.install(surroundings);
    surroundings.cluster().load(image(directory.resolve("image.tar")));
    host = surroundings.cluster().hostAddress();
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      port = free.getLocalPort();
    }
    String server =
        """
        initdb -D data -U postgres -A trust -E UTF8 --locale=C --no-sync &&
        echo 'host all all all trust' >>data/pg_hba.conf &&
        exec postgres -D data -h %s -p %d -c unix_socket_directories= -c fsync=off
        """
            .formatted(host, port);
    Path data = Files.createDirectory(directory.resolve("database"));
    database =
        SupervisedProcess.start(
            new SupervisedProcess.Command(
                // A server refuses to be run by root: as nobody of a namespace of its own it runs.
                List.of("unshare", "-U", "sh", "-c", server),
                Map.of("PATH", PostgresPrograms.obtain().bin() + ":" + System.getenv("PATH")),
                false,
                Optional.of(data),
                directory.resolve("database.log")));
  }

  @AfterAll
  static void stop() {
    if (database != null) {
      database.close();
    }
  }

  @Test
  void the_statements_of_a_plan_are_seen_on_a_throw_away_server(Surroundings surroundings)
      throws Exception {
    execute("postgres", "CREATE ROLE traced LOGIN", "CREATE DATABASE traced OWNER traced");
    execute(
        "traced",
        "SET ROLE traced",
        "CREATE TABLE users (id int PRIMARY KEY)",
        "CREATE TABLE orders (id int PRIMARY KEY, user_id int)");
    AppliedMigration orders =
        new AppliedMigration(surroundings, surroundings.createNamespace("traced"), "orders");
    orders.createSecret(
        "orders-db", Map.of("username", "traced", "password", AppliedMigration.PASSWORD));

    orders.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: orders-sql}
        immutable: true
        data:
          V2__belong.sql: |
            ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;
        ---
        apiVersion: whimbrel.dev/v1alpha1
        kind: DatabaseMigration
        metadata: {name: orders}
        spec:
          database:
            postgres:
              host: %s
              port: %d
              database: traced
              sslMode: disable
              credentials: {secretRef: {name: orders-db}}
          source: {flyway: {configMaps: [orders-sql], baselineVersion: '1'}}
          plan: {trace: {image: '%s'}}
          backup: {policy: Never}
          approval: {policy: Always}
        """
            .formatted(host, port, IMAGE));
    DatabaseMigrationStatus waiting = orders.awaitPhase("AwaitingApproval");

    MigrationPlanSpec plan =
        orders
            .client()
            .resources(MigrationPlan.class)
            .inNamespace(orders.namespace())
            .withName(waiting.plan().name())
            .get()
            .getSpec();
    assertThat(plan.findings()).extracting(Finding::rule).doesNotContain("NotTraced");
    assertThat(plan.revisions().getLast().traced())
        .containsExactly("line 1: orders: ShareRowExclusive scanned; users: ShareRowExclusive");
  }

  /** The programs of a distribution, and a name for the user that our containers are. */
  private static Path image(Path archive) throws IOException {
    Path programs = PostgresPrograms.obtain().bin().getParent();
    Map<String, Path> content = new HashMap<>();
    content.put("/opt/pgserver/pginstall", programs);
    content.put("/opt/pgserver.libs", programs.resolve("../../pgserver.libs").normalize());
    for (String program : List.of("initdb", "postgres", "pg_dump")) {
      Path script = directory.resolve(program);
      Files.writeString(
          script, "#!/bin/sh\nexec /opt/pgserver/pginstall/bin/%s \"$@\"\n".formatted(program));
      assertThat(script.toFile().setExecutable(true, false)).isTrue();
      content.put("/usr/local/bin/" + program, script);
    }
    content.put(
        "/etc/passwd",
        Files.writeString(
            directory.resolve("passwd"),
            "root:x:0:0::/:/bin/sh\n"
                + "kotori:x:1000:1000::/:/bin/sh\n"
                + "postgres:x:65532:65532::/:/bin/sh\n"));
    new PythonImage(IMAGE, "kotori", KotoriExample.requirements(), content, "/").write(archive);
    return archive;
  }

  private static void execute(String name, String... statements) throws Exception {
    String url = "jdbc:postgresql://%s:%d/%s?user=postgres".formatted(host, port, name);
    try (Connection connection =
        await()
            .atMost(Duration.ofSeconds(60))
            .ignoreExceptions()
            .until(() -> DriverManager.getConnection(url), opened -> opened != null)) {
      for (String statement : statements) {
        connection.createStatement().execute(statement);
      }
    }
  }
}
