package dev.whimbrel.e2e;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.testkit.kubernetes.JobCopy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Measures what {@code docs/benchmarks.md} publishes of the real node, and prints it as rows of
 * that page's table. Run by the command on that page only.
 */
@NodeRung
class NodeBenchmark {

  private static final int REPEAT = 5;

  private static final String CHANGE =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: orders-sql}
      data:
        V1__t.sql: CREATE TABLE t (id bigint PRIMARY KEY);
      ---
      apiVersion: whimbrel.dev/v1alpha1
      kind: DatabaseMigration
      metadata: {name: orders}
      spec:
        database:
          cloudSQL:
            instance: %s
            database: %s
            credentials: {secretRef: {name: orders-db}}
        source: {flyway: {configMaps: [orders-sql]}}
        backup: {policy: Never}
        approval: {policy: Never}
      """;

  @Test
  void a_trivial_change_against_a_bare_job(Surroundings surroundings) throws SQLException {
    InstalledOperator.install(surroundings);
    List<Duration> applied = new ArrayList<>();
    List<Duration> bare = new ArrayList<>();

    for (int i = 0; i <= REPEAT; i++) {
      Change change = new Change(surroundings, "change" + i);
      Duration took = change.run();
      Duration alone = change.runBareJob();
      // The first of each fills caches.
      if (i > 0) {
        applied.add(took);
        bare.add(alone);
      }
    }

    System.out.printf(
        "| real node: apply to Succeeded, trivial ungated change | %.2f s |%n", median(applied));
    System.out.printf(
        "| real node: a bare Job of the same image, doing the same | %.2f s |%n", median(bare));
    System.out.printf("| real node: ratio | %.2f |%n", median(applied) / median(bare));
  }

  private static double median(List<Duration> values) {
    return values.stream().sorted().toList().get(values.size() / 2).toMillis() / 1000.0;
  }

  private record Change(Surroundings surroundings, String name) {

    Duration run() throws SQLException {
      surroundings.instance().createDatabase(name, name, AppliedMigration.PASSWORD);
      AppliedMigration orders =
          new AppliedMigration(surroundings, surroundings.createNamespace(name), "orders");
      orders.createSecret(
          "orders-db", Map.of("username", name, "password", AppliedMigration.PASSWORD));
      long begin = System.nanoTime();
      orders.apply(CHANGE.formatted(Surroundings.INSTANCE, name));
      surroundings
          .client()
          .resources(DatabaseMigration.class)
          .inNamespace(name)
          .withName("orders")
          .waitUntilCondition(
              migration ->
                  migration != null
                      && migration.getStatus() != null
                      && "Succeeded".equals(migration.getStatus().phase()),
              90,
              TimeUnit.SECONDS);
      return Duration.ofNanos(System.nanoTime() - begin);
    }

    Duration runBareJob() throws SQLException {
      try (Connection connection = surroundings.instance().connect(name);
          Statement statement = connection.createStatement()) {
        statement.execute("DROP TABLE t; DROP TABLE flyway_schema_history");
      }
      String hash =
          surroundings
              .client()
              .resources(DatabaseMigration.class)
              .inNamespace(name)
              .withName("orders")
              .get()
              .getStatus()
              .plan()
              .hash();
      return JobCopy.run(
          surroundings.client(), name, Map.of(Whimbrel.PLAN_RECORDED_ANNOTATION, hash));
    }
  }
}
