package dev.whimbrel.controller.apiserver;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.controller.process.OperatorProcess;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the API server cannot refuse ends in phase Failed, Stalled, with a message that names the
 * object, the field and the fix, and with no Job after the one that planned.
 */
@WithStage
class BadInputIT {

  private static final String ONCE = "run: {retries: 0, startTimeout: 60s}";
  private static final String HURRIED = "run: {retries: 0, startTimeout: 5s}";
  private static final String V1 = "CREATE TABLE users (id bigint PRIMARY KEY);";
  private static final String V2 = "CREATE TABLE orders (id bigint PRIMARY KEY);";
  private static final String V3 = "CREATE TABLE items (id bigint PRIMARY KEY);";

  private static Stage stage;
  private static OperatorProcess operator;
  private static ServerSocket http;

  @BeforeAll
  static void start(Stage shared) throws Exception {
    stage = shared;
    operator = stage.operator("bad-input");
    http = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(BadInputIT::answerAsHttpDoes);
  }

  @AfterAll
  static void stop() throws IOException {
    http.close();
    operator.close();
  }

  private static void answerAsHttpDoes() {
    while (!http.isClosed()) {
      try (Socket client = http.accept()) {
        client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
        client.shutdownOutput();
        client.getInputStream().readAllBytes();
      } catch (IOException e) {
        // The client has gone, or the test is over.
      }
    }
  }

  /** What somebody did, the reason that is given, and what the message has to say. */
  static Stream<Arguments> badInputs() {
    return Stream.of(
        bad(
            "a ConfigMap that does not exist",
            it -> it.migrate("app", "nowhere", ONCE),
            "SourceNotFound",
            "ConfigMap nowhere",
            "spec.source.flyway.configMaps",
            "create it, or correct the name"),
        bad(
            "a ConfigMap without migrations",
            it -> {
              it.source("sql", "README.md", "nothing here");
              it.migrate("app", "sql", ONCE);
            },
            "EmptySource",
            "spec.source.flyway.configMaps",
            "V1__create_users.sql"),
        bad(
            "a file name that is almost right",
            it -> {
              it.source("sql", "V1_users.sql", V1);
              it.migrate("app", "sql", ONCE);
            },
            "BadFileName",
            "V1_users.sql",
            "ConfigMap sql",
            "V1__description.sql"),
        bad(
            "a Secret that does not exist",
            it -> {
              it.source("sql", "V1__users.sql", V1);
              it.apply(manifest(it, HURRIED).replace("{name: db}", "{name: nope}"));
            },
            "JobNotStarted",
            "secret \"nope\" not found",
            "spec.database.postgres.credentials.secretRef"),
        bad(
            "a key that the Secret does not have",
            it -> {
              it.source("sql", "V1__users.sql", V1);
              it.apply(
                  manifest(it, HURRIED)
                      .replace("{name: db}", "{name: db, passwordKey: passphrase}"));
            },
            "JobNotStarted",
            "couldn't find key passphrase in Secret",
            "spec.database.postgres.credentials.secretRef"),
        bad(
            "a wrong password",
            it -> {
              it.secret("wrong", it.databaseName(), "guess");
              it.source("sql", "V1__users.sql", V1);
              it.apply(manifest(it, ONCE).replace("{name: db}", "{name: wrong}"));
            },
            "WrongPassword",
            "spec.database.postgres.credentials.secretRef",
            "correct"),
        bad(
            "a database that does not exist",
            it -> {
              it.source("sql", "V1__users.sql", V1);
              it.apply(
                  manifest(it, ONCE)
                      .replace("database: " + it.databaseName(), "database: somewhere_else"));
            },
            "NoSuchDatabase",
            "somewhere_else",
            "spec.database.postgres.database",
            "create it"),
        bad(
            "a host that nobody knows",
            it -> {
              it.source("sql", "V1__users.sql", V1);
              it.migrate("app", "sql", "db.invalid", 5432, ONCE);
            },
            "UnknownHost",
            "db.invalid",
            "spec.database.postgres",
            "DNS"),
        bad(
            "a port where nobody listens",
            it -> {
              it.source("sql", "V1__users.sql", V1);
              it.migrate("app", "sql", "127.0.0.1", 1, ONCE);
            },
            "ConnectionRefused",
            "127.0.0.1:1",
            "spec.database.postgres",
            "firewalls"),
        bad(
            "a port where something else listens",
            it -> {
              it.source("sql", "V1__users.sql", V1);
              it.migrate("app", "sql", "127.0.0.1", http.getLocalPort(), ONCE);
            },
            "NotPostgres",
            "does not speak PostgreSQL",
            "spec.database.postgres"),
        bad(
            "TLS with a server that has none",
            it -> {
              it.source("sql", "V1__users.sql", V1);
              it.apply(manifest(it, ONCE).replace("sslMode: disable", "sslMode: require"));
            },
            "TlsRefused",
            "offers no TLS",
            "spec.database.postgres.sslMode"),
        bad(
            "a role that the user may not take",
            it -> {
              it.source("sql", "V1__users.sql", V1);
              it.apply(
                  manifest(it, ONCE)
                      .replace("sslMode: disable", "sslMode: disable, role: postgres")
                      .replace("sslMode: disable, role", "sslMode: disable\n      role"));
            },
            "RoleRefused",
            "postgres",
            "GRANT",
            "spec.database.postgres.role"),
        bad(
            "a script that was changed after it ran",
            it -> {
              applied(it, "V1__users.sql", V1);
              it.source("sql-2", "V1__users.sql", V2);
              it.migrate("app", "sql-2", ONCE);
            },
            "Modified",
            "V1__users.sql",
            "restore it",
            "new revision"),
        bad(
            "a revision below the current one",
            it -> {
              applied(it, "V1__users.sql", V1, "V3__items.sql", V3);
              it.source("sql-2", "V1__users.sql", V1, "V2__orders.sql", V2, "V3__items.sql", V3);
              it.migrate("app", "sql-2", ONCE);
            },
            "OutOfOrder",
            "V2__orders.sql",
            "higher version",
            "spec.source.flyway.outOfOrder"),
        bad(
            "a revision that has gone from the source",
            it -> {
              applied(it, "V1__users.sql", V1, "V2__orders.sql", V2);
              it.source("sql-2", "V2__orders.sql", V2);
              it.migrate("app", "sql-2", ONCE);
            },
            "MissingRevision",
            "V1__users.sql",
            "spec.source.flyway.configMaps",
            "add it again"),
        bad(
            "a database that is ahead of the source",
            it -> {
              applied(it, "V1__users.sql", V1, "V2__orders.sql", V2);
              it.source("sql-2", "V1__users.sql", V1);
              it.migrate("app", "sql-2", ONCE);
            },
            "Ahead",
            "version 2",
            "newer than the source"),
        bad(
            "a target that the source does not have",
            it -> {
              it.source("sql", "V1__users.sql", V1);
              it.apply(
                  manifest(it, ONCE)
                      .replace("{configMaps: [sql]}", "{configMaps: [sql], target: \"7\"}"));
            },
            "NoSuchTarget",
            "spec.source.flyway.target 7"),
        bad(
            "a database with tables and without a history",
            it -> {
              stage.database().execute(it.databaseName(), V1);
              it.source("sql", "V1__users.sql", V1);
              it.migrate("app", "sql", ONCE);
            },
            "NoHistory",
            "schema public",
            "spec.source.flyway.baselineVersion"),
        bad(
            "SQL that the server cannot parse",
            it -> {
              it.source("sql", "V1__users.sql", V1 + "\nCREATE TABEL items ();");
              it.migrate("app", "sql", ONCE);
            },
            "SqlDoesNotParse",
            "V1__users.sql",
            "ConfigMap sql",
            "line 2",
            "syntax error at or near",
            "correct the script"),
        bad(
            "SQL with a string that does not end",
            it -> {
              it.source("sql", "V1__users.sql", "CREATE TABLE users (id bigint DEFAULT 'x);");
              it.migrate("app", "sql", ONCE);
            },
            "SqlDoesNotParse",
            "V1__users.sql",
            "line 1"),
        bad(
            "a placeholder without a value",
            it -> {
              it.source("sql", "V1__users.sql", "CREATE TABLE ${table} (id bigint);");
              it.migrate("app", "sql", ONCE);
            },
            "UnresolvedPlaceholder",
            "V1__users.sql",
            "table",
            "spec.source.flyway.placeholders"));
  }

  private static Arguments bad(
      String what, Consumer<Stage.Scenario> given, String reason, String... says) {
    return arguments(what, given, reason, List.of(says));
  }

  private static String manifest(Stage.Scenario it, String more) {
    return it.manifest("app", "sql", "127.0.0.1", stage.database().port(), more);
  }

  private static void applied(Stage.Scenario it, String... scripts) {
    it.source("sql", scripts);
    it.migrate("app", "sql", ONCE);
    it.await("app", "Succeeded");
  }

  @ParameterizedTest(name = "{0} -> {2}")
  @MethodSource("badInputs")
  void failsAndSaysWhatToDo(
      String what, Consumer<Stage.Scenario> given, String reason, List<String> says) {
    try (Stage.Scenario scenario = stage.new Scenario("bad")) {

      given.accept(scenario);
      DatabaseMigration failed = scenario.await("app", "Failed");

      assertThat(failed.getStatus().message()).contains(says);
      assertThat(condition(failed, "Stalled"))
          .returns("True", Condition::getStatus)
          .returns(reason, Condition::getReason);
      assertThat(condition(failed, "Ready"))
          .returns("False", Condition::getStatus)
          .returns(reason, Condition::getReason);
      assertThat(failed.getStatus().observedGeneration())
          .isEqualTo(failed.getMetadata().getGeneration());
      assertThat(jobsOfRun(scenario, failed)).hasSizeLessThanOrEqualTo(1);
      assertThat(failed.toString()).doesNotContain(Stage.PASSWORD).doesNotContain("guess");
    }
  }

  private static Condition condition(DatabaseMigration migration, String type) {
    return migration.getStatus().conditions().stream()
        .filter(condition -> type.equals(condition.getType()))
        .findFirst()
        .orElseThrow();
  }

  private static List<Job> jobsOfRun(Stage.Scenario scenario, DatabaseMigration migration) {
    return scenario
        .client()
        .batch()
        .v1()
        .jobs()
        .inNamespace(scenario.namespace())
        .withLabel(Whimbrel.RUN_LABEL, migration.getStatus().run().id())
        .list()
        .getItems();
  }

  @Test
  void sqlThatOnlyTheServerCanRefuseFailsWithItsPlaceAndLeavesNothing() {
    try (Stage.Scenario scenario = stage.new Scenario("syntax")) {
      scenario.source(
          "sql", "V1__users.sql", V1, "V2__typo.sql", V2 + "\nCREATE INDEX ON nowhere (id);");

      scenario.migrate("app", "sql", ONCE + "\napproval: {policy: Never}");
      DatabaseMigration failed = scenario.await("app", "Failed");

      assertThat(failed.getStatus().message())
          .contains(
              "V2__typo.sql, line 2", "\"nowhere\" does not exist", "42P01", "1 of 2 revisions")
          .contains("the last is 1", "a new spec or annotation whimbrel.dev/retry plans the rest");
      assertThat(failed.getStatus().currentRevision()).isEqualTo("1");
    }
  }

  @Test
  void twoMebibytesOfSqlWorkAndThePlanSaysWhereTheyAre() {
    try (Stage.Scenario scenario = stage.new Scenario("large")) {
      String comment = "-- " + "x".repeat(97) + "\n";
      scenario.source("sql-1", "V1__users.sql", V1 + "\n" + comment.repeat(10_000));
      scenario.source("sql-2", "V2__orders.sql", V2 + "\n" + comment.repeat(10_000));

      scenario.migrate("app", "sql-1, sql-2", ONCE);
      DatabaseMigration end =
          scenario.await(
              "app", "an end", m -> List.of("Succeeded", "Failed").contains(m.getStatus().phase()));

      assertThat(end.getStatus().phase()).as(end.getStatus().message()).isEqualTo("Succeeded");
      assertThat(scenario.plan("app").getSpec().revisions())
          .allSatisfy(revision -> assertThat(revision.cut()).contains("get configmap sql-"));
    }
  }

  @Test
  void namesAtTheLimitOfKubernetesWork() {
    try (Stage.Scenario scenario = stage.new Scenario("long")) {
      String name = ("a".repeat(62) + ".").repeat(4) + "b";
      String configMap = ("c".repeat(62) + ".").repeat(4) + "d";
      scenario.source(configMap, "V1__users.sql", V1, "V2__drop.sql", "DROP TABLE users;");

      scenario.migrate(name, configMap, "");
      scenario.await(name, "AwaitingApproval");
      scenario.client().resource(approval(scenario, name, "Approve", p -> p)).create();
      scenario.await(name, "Succeeded");

      assertThat(name).hasSize(253);
      assertThat(scenario.jobs().keySet())
          .allSatisfy(job -> assertThat(job.length()).isLessThan(64));
    }
  }

  @Test
  void anApprovalOfAnOlderPlanIsRefusedAndSaysWhichPlanWaits() {
    try (Stage.Scenario scenario = stage.new Scenario("older")) {
      scenario.source("sql", "V1__users.sql", V1);
      scenario.migrate("app", "sql", "approval: {policy: Always}");
      scenario.await("app", "AwaitingApproval");
      MigrationApproval older = approval(scenario, "app", "Approve", plan -> plan);
      scenario.source("sql-2", "V1__users.sql", V1, "V2__orders.sql", V2);
      scenario.migrate("app", "sql-2", "approval: {policy: Always}");
      DatabaseMigration waiting =
          scenario.await(
              "app",
              "the newer plan",
              m ->
                  m.getStatus().phase().equals("AwaitingApproval")
                      && m.getStatus().plan().revisions() == 2);

      MigrationApproval judged = judged(scenario, scenario.client().resource(older).create());

      assertThat(judged.getStatus().result()).isEqualTo("Refused");
      assertThat(judged.getStatus().reason()).isEqualTo("PlanMismatch");
      assertThat(judged.getStatus().message())
          .contains(older.getSpec().plan().name(), waiting.getStatus().plan().name())
          .contains("read that plan and decide again");
      assertThat(scenario.get("app").getStatus().phase()).isEqualTo("AwaitingApproval");
    }
  }

  @Test
  void anApprovalWithAnotherHashOrAnotherPlansUidIsRefused() {
    try (Stage.Scenario scenario = stage.new Scenario("other")) {
      scenario.source("sql", "V1__users.sql", V1);
      scenario.migrate("app", "sql", "approval: {policy: Always}");
      DatabaseMigration waiting = scenario.await("app", "AwaitingApproval");
      var plan = waiting.getStatus().plan();

      MigrationApproval otherHash =
          approval(
              scenario,
              "app",
              "Approve",
              text -> text.replace(plan.hash(), "sha256:" + "0".repeat(64)));
      MigrationApproval otherUid =
          approval(
              scenario,
              "app",
              "Approve",
              text -> text.replace(plan.uid(), "6f2c7d9e-0000-4000-8000-000000000000"));

      assertThat(judged(scenario, scenario.client().resource(otherHash).create()).getStatus())
          .returns("Refused", s -> s.result())
          .returns("PlanMismatch", s -> s.reason())
          .satisfies(s -> assertThat(s.message()).contains("spec.plan.hash", plan.hash()));
      assertThat(judged(scenario, scenario.client().resource(otherUid).create()).getStatus())
          .returns("Refused", s -> s.result())
          .returns("PlanMismatch", s -> s.reason())
          .satisfies(s -> assertThat(s.message()).contains("spec.plan.uid", plan.uid()));
      assertThat(scenario.get("app").getStatus().phase()).isEqualTo("AwaitingApproval");
    }
  }

  /** A decision about the plan that waits now, its text changed on the way. */
  private static MigrationApproval approval(
      Stage.Scenario scenario,
      String migration,
      String decision,
      java.util.function.UnaryOperator<String> change) {
    var plan = scenario.get(migration).getStatus().plan();
    return io.fabric8.kubernetes.client.utils.Serialization.unmarshal(
        change.apply(
            """
            apiVersion: whimbrel.dev/v1alpha1
            kind: MigrationApproval
            metadata: {generateName: decision-, namespace: %s}
            spec:
              migration: %s
              decision: %s
              approver: alice
              plan: {name: %s, uid: %s, hash: "%s"}
            """
                .formatted(
                    scenario.namespace(),
                    migration,
                    decision,
                    plan.name(),
                    plan.uid(),
                    plan.hash())),
        MigrationApproval.class);
  }

  private static MigrationApproval judged(Stage.Scenario scenario, MigrationApproval approval) {
    return Awaitility.await("approval is judged")
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> scenario.client().resource(approval).get(),
            now -> now.getStatus() != null && now.getStatus().result() != null);
  }
}
