package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.JobReference;
import dev.whimbrel.controller.process.OperatorProcess;
import dev.whimbrel.testkit.node.SimulatedNode;
import dev.whimbrel.testkit.python.NeedsPython;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The runner, the tool or the whole node is killed, at every step of an Alembic migration. The
 * history decides what happened, and no revision is carried out twice. {@code
 * -Dfailsafe.argLine=-Dwhimbrel.kills.all=true} kills everybody everywhere.
 */
@WithStage
@NeedsPython
class AlembicKilledIT {

  private static final String RUN =
      "run: {startTimeout: 60s, retries: 3, guard: {lockTimeout: 5m}, nodeSelector: {%s}}\n";

  /** Each case starts several pods; without this property each moment has fewer victims. */
  private static final boolean ALL = Boolean.getBoolean("whimbrel.kills.all");

  /** Where the migration stands still when somebody is killed. */
  enum Moment {
    WHILE_PLANNING("runner", "node"),
    BEFORE_THE_FIRST_STATEMENT("alembic"),
    BETWEEN_REVISIONS("runner"),
    WITHIN_A_REVISION("runner", "alembic", "node"),
    WHILE_VERIFYING("runner", "node");

    private final Set<String> victims;

    Moment(String... victims) {
      this.victims = Set.of(victims);
    }
  }

  private static final String BUILDERS_OF_INDEXES =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
          + " AND query LIKE 'CREATE INDEX%'";

  private static Stage stage;
  private static OperatorProcess operator;

  @BeforeAll
  static void start(Stage shared) {
    stage = shared;
    operator = stage.operator("alembic-killed");
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  static Stream<Arguments> momentsAndVictims() {
    return Stream.of(Moment.values())
        .flatMap(moment ->
            Stream.of("runner", "alembic", "node")
                .filter(victim -> ALL || moment.victims.contains(victim))
                .map(victim -> Arguments.of(moment, victim)));
  }

  static Stream<String> victims() {
    return ALL ? Stream.of("runner", "alembic", "node") : Stream.of("alembic");
  }

  @ParameterizedTest
  @MethodSource("momentsAndVictims")
  void whatIsKilledIsDecidedByTheHistory(Moment moment, String victim) {
    boolean nodeDies = victim.equals("node");
    String zone = nodeDies ? "doomed-" + moment.ordinal() : "";
    String run = RUN.formatted(nodeDies ? "zone: " + zone : "");
    try (SimulatedNode doomed = nodeDies ? stage.anotherNode(zone) : null;
        Stage.Scenario scenario = stage.new Scenario("killed")) {
      Audit audit = Audit.in(stage, scenario);
      AlembicApp app = app(scenario, moment);
      if (moment == Moment.BEFORE_THE_FIRST_STATEMENT) {
        app.migrate("approval: {policy: Always}\n" + run);
        scenario.await("app", "AwaitingApproval");
      }
      try (Audit.Gate gate = audit.closeGate()) {
        if (moment == Moment.BEFORE_THE_FIRST_STATEMENT) {
          scenario.decide("app", "Approve", "alice");
        } else {
          app.migrate("approval: {policy: Never}\n" + run + verify(moment));
        }
        audit.awaitAtGate();

        kill(nodeDies ? doomed : stage.node(), scenario, victim);
        if (!(moment == Moment.WHILE_VERIFYING && victim.equals("alembic"))) {
          // Whoever verifies needs the tool no more.
          awaitNotice(scenario);
        }
      }
      DatabaseMigration done;
      try (SimulatedNode next = nodeDies ? stage.anotherNode(zone) : null) {
        done = scenario.await("app", "Succeeded");
      }

      assertThat(done.getStatus().currentRevision()).isEqualTo("two");
      assertThat(audit.ran()).isEqualTo(Map.of("one", 1, "two", 1));
      audit.awaitNobody();
    }
  }

  @Test
  void aNodeThatDiesWhileAPersonIsAskedTakesNothingAlong() {
    String zone = "doomed-asked";
    try (SimulatedNode doomed = stage.anotherNode(zone);
        Stage.Scenario scenario = stage.new Scenario("asked")) {
      Audit audit = Audit.in(stage, scenario);
      AlembicApp.in(stage, scenario)
          .sql("one", Audit.script("one"))
          .migrate("approval: {policy: Always}\n" + RUN.formatted("zone: " + zone));
      String plan = scenario.await("app", "AwaitingApproval").getStatus().plan().uid();

      scenario.loseNode(doomed);
      scenario.decide("app", "Approve", "alice");
      DatabaseMigration done;
      try (SimulatedNode next = stage.anotherNode(zone)) {
        done = scenario.await("app", "Succeeded");
      }

      assertThat(done.getStatus().plan().uid()).isEqualTo(plan);
      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
    }
  }

  @ParameterizedTest
  @MethodSource("victims")
  void whatRanWithoutATransactionIsForAPersonToLookAt(String victim) throws SQLException {
    try (Stage.Scenario scenario = stage.new Scenario("online")) {
      Audit audit = Audit.in(stage, scenario);
      AlembicApp app =
          AlembicApp.in(stage, scenario)
              .sql("one", Audit.script("one"))
              .revision(
                  "two",
                  """
                  with op.get_context().autocommit_block():
                      op.execute("CREATE INDEX CONCURRENTLY one_again ON one (id)")
                  """,
                  "pass");
      SimulatedNode doomed = stage.anotherNode("doomed-" + victim);
      try (Connection reader = stage.database().connect(scenario.databaseName());
          Statement statement = reader.createStatement()) {
        // The index waits for whoever might still see the table without it.
        statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM audit.ran");
        app.migrate("approval: {policy: Never}\n" + RUN.formatted("zone: doomed-" + victim));
        audit.awaitAtGate();

        kill(doomed, scenario, victim);
        awaitNotice(scenario);
        // Else the reader's end might let the index be finished before its client is missed.
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> scenario.query(BUILDERS_OF_INDEXES).equals("0"));
      }
      doomed.close();
      try (SimulatedNode next = stage.anotherNode("doomed-" + victim)) {
        DatabaseMigration unresolved = scenario.await("app", "Unresolved");

        assertThat(unresolved.getStatus().message())
            .contains("1 of 2 revisions are in", "two.py is not recorded")
            .contains("whimbrel.dev/retry", "Acknowledge");
        assertThat(unresolved.getStatus().currentRevision()).isEqualTo("one");
        assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
        assertThat(scenario.query("SELECT count(*) FROM pg_index WHERE NOT indisvalid"))
            .isEqualTo("1");

        stage.database().execute(scenario.databaseName(), "DROP INDEX one_again");
        scenario.decideOnRun("app", "Acknowledge");
        scenario.await("app", "Succeeded");

        assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
        assertThat(scenario.query("SELECT 'one_again'::regclass IS NOT NULL")).isEqualTo("t");
      }
    }
  }

  private static AlembicApp app(Stage.Scenario scenario, Moment moment) {
    AlembicApp app = AlembicApp.in(stage, scenario).sql("one", Audit.script("one"));
    return switch (moment) {
      case WHILE_PLANNING, BEFORE_THE_FIRST_STATEMENT ->
          app.pausingWhereItConnects().sql("two", Audit.script("two"));
      case BETWEEN_REVISIONS ->
          app.sql("two", "INSERT INTO audit.gate VALUES (1);\n" + Audit.script("two"));
      case WITHIN_A_REVISION -> app.sql("two", Audit.pausing("two"));
      case WHILE_VERIFYING -> app.sql("two", Audit.script("two"));
    };
  }

  private static String verify(Moment moment) {
    return moment == Moment.WHILE_VERIFYING
        ? "verify: {sql: [{name: gate, query: \"SELECT count(*) >= 0 FROM audit.gate\"}]}"
        : "";
  }

  private static void kill(SimulatedNode node, Stage.Scenario scenario, String victim) {
    if (victim.equals("node")) {
      scenario.loseNode(node);
    } else {
      node.killContainer(scenario.namespace(), scenario.podOfJob("app"), victim);
    }
  }

  /** The Job of before is not waited for any more. */
  private static void awaitNotice(Stage.Scenario scenario) {
    JobReference job = scenario.get("app").getStatus().run().job();
    scenario.await(
        "app",
        "an attempt that is over",
        m -> !job.equals(m.getStatus().run().job()) || !isAtWork(m.getStatus().phase()));
  }

  private static boolean isAtWork(String phase) {
    return phase.equals("Planning") || phase.equals("Migrating");
  }
}
