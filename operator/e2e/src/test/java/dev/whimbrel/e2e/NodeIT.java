package dev.whimbrel.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import io.fabric8.kubernetes.api.model.Pod;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** From {@code kubectl apply} to Succeeded where pods are pods. */
@NodeRung
class NodeIT {

  private static final String SQL =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: orders-sql}
      immutable: true
      data:
        V1__orders.sql: |
          CREATE TABLE orders (id bigint PRIMARY KEY, placed_at timestamptz NOT NULL);
        V2__customer.sql: |
          ALTER TABLE orders ADD COLUMN customer text;
      """;

  private static final String MIGRATION =
      """
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
        backup: {policy: %s}
        approval: {policy: %s}
        run: {startTimeout: 20s, guard: {lockTimeout: 30s}}
        verify:
          sql: [{name: no order is lost, query: "SELECT count(*) = 0 FROM orders"}]
      """;

  @BeforeAll
  static void install(Surroundings surroundings) {
    InstalledOperator.install(surroundings);
  }

  @Test
  void a_change_is_planned_backed_up_approved_migrated_and_verified(Surroundings surroundings)
      throws SQLException {
    AppliedMigration orders = prepare(surroundings, "approved");
    createSecret(orders, "password");

    orders.apply(SQL + "---\n" + migration("approved", "Always", "Always"));
    DatabaseMigrationStatus waiting = orders.awaitPhase("AwaitingApproval");

    assertThat(waiting.plan().to()).isEqualTo("2");
    assertThat(tables(surroundings, "approved")).isEmpty();

    orders.approve();
    DatabaseMigrationStatus done = orders.awaitPhase("Succeeded");

    assertThat(done.currentRevision()).isEqualTo("2");
    assertThat(tables(surroundings, "approved")).contains("orders", "flyway_schema_history");
    assertThat(surroundings.instance().backups())
        .extracting(backup -> backup.description().orElse(""))
        .contains(done.backup().description());
  }

  @Test
  void a_wrong_key_of_a_secret_is_told_in_the_kubelets_own_words(Surroundings surroundings)
      throws SQLException {
    AppliedMigration orders = prepare(surroundings, "wrongkey");
    createSecret(orders, "pasword");

    orders.apply(SQL + "---\n" + migration("wrongkey", "Never", "Never"));

    orders.awaitMessage("couldn't find key password in Secret wrongkey/orders-db");
    DatabaseMigrationStatus failed = orders.awaitPhase("Failed");
    assertThat(failed.message()).contains("orders-db");
  }

  @Test
  void a_pod_drained_while_it_migrates_leads_to_recovery_and_then_to_success(
      Surroundings surroundings) throws SQLException {
    AppliedMigration orders = prepare(surroundings, "drained");
    createSecret(orders, "password");
    try (Connection blocker = surroundings.instance().connect("drained");
        Statement statement = blocker.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(4711)");
      orders.apply(
          """
          apiVersion: v1
          kind: ConfigMap
          metadata: {name: orders-sql}
          immutable: true
          data:
            V1__orders.sql: |
              CREATE TABLE orders (id bigint PRIMARY KEY);
              SELECT pg_advisory_xact_lock(4711);
          ---
          """
              + migration("drained", "Never", "Never"));
      await("a session that waits for the lock")
          .atMost(Duration.ofSeconds(90))
          .pollInterval(Duration.ofMillis(250))
          .untilAsserted(
              () -> assertThat(waitingSessions(surroundings)).as(orders::describe).isNotEmpty());

      surroundings.client().resource(runnerPod(surroundings, "drained").orElseThrow()).delete();

      orders.awaitPhase("Recovering");
    }

    orders.awaitPhase("Succeeded");
    assertThat(tables(surroundings, "drained")).contains("orders");
  }

  private static AppliedMigration prepare(Surroundings surroundings, String name)
      throws SQLException {
    surroundings.instance().createDatabase(name, name, AppliedMigration.PASSWORD);
    return new AppliedMigration(surroundings, surroundings.createNamespace(name), "orders");
  }

  /** Database, role and namespace have the same name. */
  private static void createSecret(AppliedMigration orders, String passwordKey) {
    orders.createSecret(
        "orders-db",
        Map.of("username", orders.namespace(), passwordKey, AppliedMigration.PASSWORD));
  }

  private static String migration(String database, String backup, String approval) {
    return MIGRATION.formatted(Surroundings.INSTANCE, database, backup, approval);
  }

  private static Optional<Pod> runnerPod(Surroundings surroundings, String namespace) {
    return surroundings
        .client()
        .pods()
        .inNamespace(namespace)
        .withLabel(Whimbrel.MIGRATION_LABEL, "orders")
        .list()
        .getItems()
        .stream()
        .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
        .findFirst();
  }

  private static List<String> waitingSessions(Surroundings surroundings) throws SQLException {
    return strings(
        surroundings,
        "drained",
        "SELECT pid::text FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
  }

  private static List<String> tables(Surroundings surroundings, String database)
      throws SQLException {
    return strings(
        surroundings,
        database,
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
  }

  private static List<String> strings(Surroundings surroundings, String database, String query)
      throws SQLException {
    try (Connection connection = surroundings.instance().connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> found = new java.util.ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }
}
