package dev.whimbrel.runner.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a plan says of its SQL after it ran on a throw-away server, without the pod around it. */
@Tag("postgres")
class TraceIT {

  private static final String STRUCTURE =
      """
      CREATE DOMAIN positive AS int CHECK (value > 0);
      CREATE FUNCTION one() RETURNS int STABLE LANGUAGE sql AS 'SELECT 1';
      CREATE TABLE users (id int PRIMARY KEY, name varchar(50));
      CREATE TABLE orders (id int PRIMARY KEY, user_id int, price int, at timestamptz);
      """;

  private static EmbeddedDatabase server;

  private final RunnerHarness job = new RunnerHarness();
  private final PgDumpStandIn pgDump = PgDumpStandIn.below(job.root());

  @BeforeAll
  static void aServerToThrowAway() {
    server = EmbeddedDatabase.start(Map.of("cluster_name", RunnerInput.Trace.SERVER_NAME));
  }

  @AfterAll
  static void throwAway() {
    server.close();
  }

  @BeforeEach
  void aDatabaseWithRows() {
    job.execute(
        STRUCTURE
            + """
            INSERT INTO users SELECT n, 'u' || n FROM generate_series(1, 100) n;
            INSERT INTO orders SELECT n, n, n, now() FROM generate_series(1, 100) n;
            ANALYZE;
            """);
    traceOn(server.port());
    job.flyway().baselineVersion = "0";
  }

  @AfterEach
  void close() {
    server.execute("postgres", "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    job.close();
  }

  @Test
  void whatEachStatementDidIsShownAndWhatNoRuleSaidIsAFinding() {
    job.file(
        "V1__change.sql",
        """
        ALTER TABLE orders ADD CONSTRAINT by_user FOREIGN KEY (user_id) REFERENCES users (id);
        ALTER TABLE orders ALTER COLUMN price TYPE bigint;
        ALTER TABLE orders ADD COLUMN number positive;
        ALTER TABLE users ADD COLUMN n int DEFAULT one();
        DO $$ BEGIN
          EXECUTE 'ALTER TABLE users ALTER COLUMN id TYPE bigint';
        END $$;
        CREATE TABLE fresh (id int);
        ALTER TABLE fresh ALTER COLUMN id TYPE bigint;
        """);
    job.file("V2__index.sql", "CREATE INDEX CONCURRENTLY by_price ON orders (price);");

    MigrationPlanSpec plan = plan(STRUCTURE);

    assertThat(findings(plan, "NotTraced", "TraceFailed")).isEmpty();
    assertThat(traced(plan, "V1"))
        .containsExactly(
            "line 1: orders: ShareRowExclusive scanned; users: ShareRowExclusive",
            "line 2: orders: AccessExclusive scanned rewritten; orders_pkey: AccessExclusive"
                + " rebuilt",
            "line 3: orders: AccessExclusive scanned rewritten; orders_pkey: AccessExclusive"
                + " rebuilt",
            "line 4: users: AccessExclusive",
            // The key is made anew, and the foreign key is checked again.
            "line 5: orders: AccessExclusive scanned; users: AccessExclusive scanned rewritten"
                + " indexed; users_pkey: AccessExclusive");
    assertThat(traced(plan, "V2"))
        .containsExactly("line 1: orders: indexed (its locks are not seen)");
    assertThat(findings(plan, "TraceDisagrees"))
        .extracting(Finding::line, Finding::risk)
        .containsExactly(tuple(4, "Low"));
    assertThat(job.query("SELECT count(*) FROM pg_indexes WHERE indexname = 'by_price'"))
        .isEqualTo("0");
    assertThat(pgDump.login()).isEmptyDirectory();
  }

  @Test
  void aStatementThatFailsThereIsAFindingAndTheTraceStopsAtIt() {
    job.file(
        "V1__fails.sql",
        """
        ALTER TABLE orders ADD COLUMN x int;
        ALTER TABLE users RENAME COLUMN gone TO here;
        ALTER TABLE orders ADD COLUMN y int;
        """);

    MigrationPlanSpec plan = plan(STRUCTURE);

    Finding failed = findings(plan, "TraceFailed").getFirst();
    assertThat(failed.line()).isEqualTo(2);
    assertThat(failed.message()).contains("column \"gone\" does not exist (SQLSTATE 42703)");
    assertThat(traced(plan, "V1")).containsExactly("line 1: orders: AccessExclusive");
  }

  @Test
  void aStructureThatTheImageCannotHoldIsSaidAndThePlanIsMade() {
    job.file("V1__change.sql", "ALTER TABLE orders ADD COLUMN x int;");

    MigrationPlanSpec plan = plan(STRUCTURE + "CREATE EXTENSION postgis;");

    assertThat(findings(plan, "NotTraced").getFirst().message())
        .contains("extension \"postgis\" is not available", "same extensions");
    assertThat(traced(plan, "V1")).isEmpty();
  }

  @Test
  void nothingRunsOnAServerThatIsNotOneToThrowAway() {
    traceOn(RunnerHarness.server().port());
    job.file("V1__drop.sql", "DROP TABLE users;");

    MigrationPlanSpec plan = job.plan();

    assertThat(findings(plan, "NotTraced").getFirst().message())
        .contains("is not its throw-away server", "nothing was run there");
    assertThat(job.query("SELECT count(*) FROM users")).isEqualTo("100");
    assertThat(pgDump.login()).isEmptyDirectory();
  }

  @Test
  void whatReachesForOtherServersIsNotRun() {
    job.file(
        "V1__copy.sql",
        "DO $$ BEGIN PERFORM dblink_exec('host=elsewhere', 'DROP TABLE users'); END $$;");

    MigrationPlanSpec plan = job.plan();

    assertThat(findings(plan, "NotTraced").getFirst().message())
        .contains("V1__copy.sql line 1 (DBLINK_EXEC) may reach another server");
  }

  @Test
  void aStructureThatReachesAnotherDatabaseIsNotMadeAndThatDatabaseStaysAsItIs() {
    server.execute("postgres", "CREATE DATABASE other");
    try {
      server.execute("other", "CREATE TABLE accounts (id int, balance int)");
      server.execute("other", "INSERT INTO accounts VALUES (1, 100)");
      job.file("V1__pay.sql", "UPDATE accounts SET balance = 0;");

      MigrationPlanSpec plan =
          plan(
              STRUCTURE
                  + """
                  CREATE EXTENSION postgres_fdw;
                  CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw
                      OPTIONS (host '127.0.0.1', port '%d', dbname 'other');
                  CREATE USER MAPPING FOR postgres SERVER other OPTIONS (user 'postgres');
                  CREATE FOREIGN TABLE accounts (id int, balance int) SERVER other;
                  """
                      .formatted(server.port()));

      assertThat(findings(plan, "NotTraced").getFirst().message())
          .contains("the structure of the database may reach another server")
          .contains("CREATE EXTENSION postgres_fdw");
      assertThat(traced(plan, "V1")).isEmpty();
      assertThat(balance()).isEqualTo(100);
    } finally {
      server.execute("postgres", "DROP DATABASE other WITH (FORCE)");
    }
  }

  @Test
  void aStructureThatIsTooLargeForTheRunnerIsNotRead() {
    job.file("V1__change.sql", "ALTER TABLE orders ADD COLUMN x int;");

    MigrationPlanSpec plan = plan(STRUCTURE + "-- \n".repeat(1_600_000));

    assertThat(findings(plan, "NotTraced").getFirst().message()).contains("larger than 6 MiB");
  }

  @Test
  void anotherRoleIsNotTakenForItHasNoRightsThere() {
    job.file(
        "V1__role.sql",
        """
        ALTER TABLE orders ADD COLUMN x int;
        SET LOCAL ROLE postgres;
        ALTER TABLE orders ADD COLUMN y int;
        """);

    MigrationPlanSpec plan = plan(STRUCTURE);

    assertThat(findings(plan, "NotTraced").getFirst().message())
        .contains("V1__role.sql line 2 changes the role");
    assertThat(traced(plan, "V1")).containsExactly("line 1: orders: AccessExclusive");
  }

  private static int balance() {
    try (Connection other = server.connect("other");
        Statement statement = other.createStatement();
        ResultSet row = statement.executeQuery("SELECT balance FROM accounts")) {
      row.next();
      return row.getInt(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void traceOn(int port) {
    job.input(input -> input.withTrace(new RunnerInput.Trace(port)));
  }

  /** Plans, with somebody in the place of pg_dump. */
  private MigrationPlanSpec plan(String dump) {
    CompletableFuture<String> login = pgDump.answers(dump);
    MigrationPlanSpec plan = job.plan();
    assertThat(login.join())
        .contains("export PGPORT='" + RunnerHarness.server().port() + "'")
        .contains("export PGDATABASE='" + job.database() + "'");
    return plan;
  }

  private static List<String> traced(MigrationPlanSpec plan, String script) {
    return plan.revisions().stream()
        .filter(revision -> revision.script().startsWith(script))
        .findFirst()
        .orElseThrow()
        .traced();
  }

  private static List<Finding> findings(MigrationPlanSpec plan, String... rules) {
    return plan.findings().stream()
        .filter(finding -> List.of(rules).contains(finding.rule()))
        .toList();
  }
}
