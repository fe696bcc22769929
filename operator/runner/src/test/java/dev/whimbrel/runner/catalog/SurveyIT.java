package dev.whimbrel.runner.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.ParsedPlan;
import dev.whimbrel.analysis.RiskAssessment;
import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.TouchedRelations;
import dev.whimbrel.analysis.UnreadableSql;
import dev.whimbrel.analysis.catalog.Dependent;
import dev.whimbrel.analysis.catalog.ForeignKey;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.catalog.TypeKind;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.runner.database.Connections;
import dev.whimbrel.runner.database.Session;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a plan says of the live database. */
@Tag("postgres")
class SurveyIT {

  private final RunnerHarness job = new RunnerHarness();

  @BeforeEach
  void aDatabaseInUse() {
    job.execute(
        """
        CREATE DOMAIN address AS text CHECK (value LIKE '%@%');
        CREATE TYPE mood AS ENUM ('fine');
        CREATE TABLE users (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(50), email address,
          feels mood, joined timestamptz NOT NULL DEFAULT now(),
          CONSTRAINT named CHECK (name IS NOT NULL));
        CREATE TABLE orders (id int PRIMARY KEY, user_id bigint REFERENCES users, price int);
        CREATE TABLE nothing (id int, big text);
        CREATE INDEX users_name ON users (lower(name), joined) WHERE feels = 'fine';
        CREATE VIEW names AS SELECT id, name FROM users;
        CREATE MATERIALIZED VIEW first_names AS SELECT name FROM names;
        CREATE TABLE events (at date) PARTITION BY RANGE (at);
        CREATE TABLE events_1 PARTITION OF events
          FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
        CREATE TABLE events_rest PARTITION OF events DEFAULT;
        INSERT INTO users (name, email) SELECT 'u' || n, 'u@x' FROM generate_series(1, 1000) n;
        INSERT INTO events VALUES ('2026-01-05'), ('2027-01-01');
        ANALYZE;
        """);
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void factsOfARelationAreReadFromTheCatalog() throws Exception {
    SchemaFacts facts = read("ALTER TABLE public.users ADD COLUMN x mood, ADD COLUMN y address");

    RelationFacts users = facts.relation(new QualifiedName("public", "users")).orElseThrow();
    assertThat(facts.major()).isEqualTo(17);
    assertThat(users.kind()).isEqualTo(RelationKind.TABLE);
    assertThat(users.size().rows()).hasValue(1000);
    assertThat(users.size().bytes().orElseThrow()).isBetween(50_000L, 200_000L);
    assertThat(users.column("name").orElseThrow().text()).isEqualTo("character varying(50)");
    assertThat(users.column("name").orElseThrow().modifier()).isEqualTo(54);
    assertThat(users.column("email").orElseThrow().kind()).isEqualTo(TypeKind.CONSTRAINED_DOMAIN);
    assertThat(users.column("joined").orElseThrow().defaultValue()).isEqualTo("now()");
    assertThat(users.column("id").orElseThrow().identity()).isTrue();
    assertThat(users.provesNotNull("name")).isTrue();
    assertThat(users.provesNotNull("joined")).isTrue();
    assertThat(users.provesNotNull("email")).isFalse();
    assertThat(users.indexes())
        .extracting(index -> index.name() + " " + index.columns())
        .containsExactly("users_name [, joined]", "users_pkey [id]");
    assertThat(users.referencedBy())
        .containsExactly(
            new ForeignKey(
                "orders_user_id_fkey",
                new QualifiedName("public", "orders"),
                List.of("user_id"),
                new QualifiedName("public", "users"),
                List.of("id"),
                true));
    assertThat(users.foreignKeys()).isEmpty();
    assertThat(users.dependents())
        .contains(
            new Dependent("view", "public.names", "name"),
            new Dependent("materialized view", "public.first_names", ""),
            new Dependent("table constraint", "orders_user_id_fkey on public.orders", "id"))
        .noneMatch(dependent -> dependent.name().contains("pkey"));
    assertThat(facts.type(new QualifiedName("", "mood"))).hasValue(TypeKind.ENUM);
    assertThat(facts.type(new QualifiedName("", "address"))).hasValue(TypeKind.CONSTRAINED_DOMAIN);
  }

  @Test
  void aPartitionedTableIsAsLargeAsItsPartitionsAndAnEmptyOneIsEmpty() throws Exception {
    SchemaFacts facts =
        read("LOCK TABLE events; LOCK TABLE nothing; LOCK TABLE absent; DROP INDEX users_name;");

    RelationFacts events = facts.relation(new QualifiedName("", "events")).orElseThrow();
    assertThat(events.kind()).isEqualTo(RelationKind.PARTITIONED_TABLE);
    assertThat(events.partitioning().partitions()).isEqualTo(2);
    assertThat(events.partitioning().defaultPartition())
        .hasValue(new QualifiedName("public", "events_rest"));
    assertThat(events.size().rows()).hasValue(2);
    assertThat(events.isEmpty()).isFalse();
    assertThat(facts.relation(new QualifiedName("", "nothing")).orElseThrow().isEmpty()).isTrue();
    assertThat(facts.isAbsent(new QualifiedName("", "absent"))).isTrue();
    assertThat(facts.relation(new QualifiedName("", "users_name")).orElseThrow().table())
        .hasValue(new QualifiedName("public", "users"));
  }

  @Test
  void aPlanTellsOfWhatItTouchesAndWhoIsInItsWay() throws Exception {
    job.file("V1__drop.sql", "ALTER TABLE orders ADD COLUMN x int;\nDROP TABLE users CASCADE;\n");
    MigrationPlanSpec plan;
    try (Connection other = job.connect()) {
      other.createStatement().execute("BEGIN; LOCK TABLE orders IN SHARE MODE");
      other.createStatement().execute("PREPARE TRANSACTION 'left behind'");

      plan = planAdopting();

      other.createStatement().execute("ROLLBACK PREPARED 'left behind'");
    }

    assertThat(plan.facts())
        .anyMatch(fact ->
            fact.startsWith("Touched: table public.users: about 1,000 rows, ")
                && fact.contains(" in 2 indexes; referenced by public.orders (user_id); used by"))
        .contains(
            "Touched: table public.orders: no rows, and 8.0 kB in 1 index; foreign keys to"
                + " public.users");
    assertThat(plan.findings())
        .extracting(Finding::rule)
        .contains("PreparedTransaction", "CascadeTakesAlong");
    assertThat(message(plan, "PreparedTransaction"))
        .startsWith("prepared transaction left behind of postgres holds ShareLock on public.orders")
        .endsWith("COMMIT PREPARED or ROLLBACK PREPARED it first");
  }

  @Test
  void whatTheRowsForbidIsSaidBeforeAnybodyApproves() {
    job.execute("INSERT INTO orders VALUES (1, 1, 5), (2, 1, 7), (3, NULL, 200)");
    job.file(
        "V1__strict.sql",
        """
        ALTER TABLE users ALTER COLUMN joined SET NOT NULL;
        ALTER TABLE orders ALTER COLUMN user_id SET NOT NULL;
        CREATE UNIQUE INDEX one_order ON orders (user_id);
        ALTER TABLE orders ADD CONSTRAINT cheap CHECK (price < 100);
        ALTER TABLE users ALTER COLUMN name TYPE varchar(20);
        ALTER TABLE orders ADD CHECK (price > 0);
        """);

    MigrationPlanSpec plan = planAdopting();

    assertThat(plan.risk()).isEqualTo("High");
    assertThat(plan.findings())
        .filteredOn(finding -> finding.rule().equals("WillFail"))
        .extracting(finding -> finding.line() + " " + finding.message())
        .containsExactlyInAnyOrder(
            "2 SET NOT NULL fails (23502), because user_id of public.orders is NULL in 1 row; fill"
                + " them first: UPDATE public.orders SET user_id = … WHERE user_id IS NULL",
            "3 the unique index cannot be built (23505), because public.orders holds the same"
                + " (user_id) more than once for 1 value; they are: SELECT user_id, count(*) FROM"
                + " public.orders WHERE user_id IS NOT NULL GROUP BY user_id HAVING count(*) > 1",
            "4 the statement fails (23514), because CHECK (price < 100) does not hold for 1 row of"
                + " public.orders; they are: SELECT * FROM public.orders WHERE NOT (price < 100)",
            "5 the type of users.name cannot be changed while others use it: view public.names;"
                + " drop them before, and create them again after, in this script");
    assertThat(plan.findings())
        .filteredOn(finding -> finding.rule().equals("ProvenByData"))
        .extracting(finding -> finding.line() + " " + finding.message())
        .containsExactly(
            "6 looked at when this was planned: no row of public.orders violates the CHECK");
  }

  /** As autogenerate writes it for a database that somebody has changed by hand. */
  @Test
  void whatIsDroppedWithoutBeingThereIsSaidAndFailsAsSaid() {
    List<String> statements =
        List.of(
            "DROP INDEX ix_users_email;",
            "ALTER TABLE orders DROP CONSTRAINT positive;",
            "ALTER TABLE orders DROP COLUMN colour;",
            "ALTER TABLE users DROP CONSTRAINT named;");
    job.file("V1__x.sql", String.join("\n", statements));

    MigrationPlanSpec plan = planAdopting();

    assertThat(plan.findings())
        .filteredOn(finding -> finding.rule().equals("NotThere"))
        .extracting(finding -> finding.at() + " | " + finding.rewrite())
        .containsExactly(
            "line 1: DROP INDEX ix_users_email | [DROP INDEX IF EXISTS ix_users_email;]",
            "line 2: ALTER TABLE orders DROP CONSTRAINT positive | [ALTER TABLE orders DROP"
                + " CONSTRAINT IF EXISTS positive;]",
            "line 3: ALTER TABLE orders DROP COLUMN colour | [ALTER TABLE orders DROP COLUMN IF"
                + " EXISTS colour;]");
    assertThat(statements).filteredOn(this::fails).hasSize(3);
  }

  private boolean fails(String statement) {
    try (Connection connection = job.connect()) {
      connection.setAutoCommit(false);
      connection.createStatement().execute(statement);
      return false;
    } catch (SQLException e) {
      return e.getSQLState().startsWith("42");
    }
  }

  @Test
  void aFindingSaysForHowLongItsLockIsHeld() {
    job.file("V1__strict.sql", "ALTER TABLE users ALTER COLUMN email SET NOT NULL;\n");

    assertThat(message(planAdopting(), "SetNotNull"))
        .contains(". public.users: about 1,000 rows, ")
        .endsWith("; the lock is held for a moment, by that size");
  }

  @Test
  void whatMayNotBeReadIsNotCounted() {
    String user = job.database() + "_other";
    job.execute("CREATE ROLE " + user + " LOGIN; GRANT CREATE ON SCHEMA public TO " + user);
    job.environment("WHIMBREL_DATABASE_USER", user);
    job.file("V1__x.sql", "ALTER TABLE orders ALTER COLUMN user_id SET NOT NULL;\n");

    MigrationPlanSpec plan = planAdopting();

    assertThat(message(plan, "NotCounted"))
        .isEqualTo(
            "not counted, because permission denied for table orders: the statement fails unless no"
                + " user_id of public.orders is NULL");
    job.execute("DROP OWNED BY " + user + "; DROP ROLE " + user);
  }

  @Test
  void whatThisUserMayNotSeeFailsNoPlan() {
    String user = job.database() + "_owner";
    job.execute("CREATE ROLE " + user + " LOGIN");
    job.execute("GRANT CREATE ON SCHEMA public TO " + user);
    job.execute("CREATE SCHEMA hidden CREATE TABLE secrets (id int)");
    job.environment("WHIMBREL_DATABASE_USER", user);
    job.file("V1__x.sql", "ALTER TABLE orders ADD COLUMN x int;\nDROP TABLE hidden.secrets;\n");

    MigrationPlanSpec plan = planAdopting();

    assertThat(plan.facts())
        .anyMatch(fact -> fact.startsWith("Touched: table public.orders: no rows"))
        .anyMatch(fact -> fact.startsWith("Touched: table hidden.secrets"));
    job.execute("DROP OWNED BY " + user + "; DROP ROLE " + user);
  }

  @Test
  void whatWouldWaitIsNotKnown() throws Exception {
    try (Connection other = job.connect();
        Session session = Connections.of(job.job(Step.PLAN)).readOnly()) {
      other.createStatement().execute("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE");

      Survey survey =
          new Surveyor(session, Clock.systemUTC())
              .survey(List.of(), plan("LOCK TABLE users"), touched("LOCK TABLE users"));

      assertThat(survey.schema().relations()).isEmpty();
      assertThat(survey.facts())
          .containsExactly(
              "Not known: sizes and constraints of what the plan touches (canceling statement due"
                  + " to lock timeout)");
      assertThat(session.text("SHOW lock_timeout")).hasValue("5s");
    }
  }

  @Test
  void whatGoesWithASchemaOrATypeIsNamedAndCounted() {
    job.execute(
        """
        CREATE SCHEMA old;
        CREATE TABLE old.events (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at date);
        CREATE VIEW recent AS SELECT * FROM old.events;
        ALTER TABLE orders ADD CONSTRAINT event FOREIGN KEY (price) REFERENCES old.events;
        """);
    job.file(
        "V1__drop.sql",
        "DROP SCHEMA old CASCADE;\nDROP TYPE mood CASCADE;\nDROP DOMAIN address CASCADE;\n");

    assertThat(planAdopting().findings())
        .filteredOn(finding -> finding.rule().equals("CascadeTakesAlong"))
        .extracting(finding -> finding.line() + " " + finding.message())
        .containsExactly(
            "1 DROP SCHEMA old … CASCADE takes along what the script does not name: table"
                + " constraint event on public.orders, table old.events, view public.recent",
            "2 DROP TYPE mood … CASCADE takes along what the script does not name: table column"
                + " public.users.feels",
            "3 DROP TYPE address … CASCADE takes along what the script does not name: table column"
                + " public.users.email");
  }

  @Test
  void whoHoldsALockOrBuildsAnIndexIsNamed() throws Exception {
    try (Connection writer = job.connect();
        Connection builder = job.connect();
        Session session = Connections.of(job.job(Step.PLAN)).readOnly()) {
      writer.createStatement().execute("SET application_name = 'nightly'");
      writer.setAutoCommit(false);
      writer.createStatement().execute("INSERT INTO orders (id) VALUES (9)");
      Thread building =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  builder
                      .createStatement()
                      .execute("CREATE INDEX CONCURRENTLY prices ON orders (price)");
                } catch (SQLException e) {
                  // The test looks for its progress, and finds none.
                }
              });

      SchemaReader.Found found = new SchemaReader(session).read(touched("LOCK TABLE orders"));
      List<String> messages =
          Awaitility.await()
              .until(
                  () ->
                      new Occupants(session, found.byId(), 0, 0)
                          .findings(true).stream()
                              .map(finding -> finding.rule() + " " + finding.message())
                              .toList(),
                  all -> all.stream().anyMatch(each -> each.startsWith("IndexBuild ")));
      assertThat(new Occupants(session, found.byId()).findings(false))
          .extracting(Finding::rule)
          .containsOnly("IndexBuild");
      writer.rollback();
      building.join();

      assertThat(messages)
          .anyMatch(message ->
              message.matches(
                  "LongTransaction session \\d+ \\(user postgres, application nightly, idle in"
                      + " transaction\\) has had its transaction open for \\d+ s and holds"
                      + " RowExclusiveLock on public.orders: .*"))
          .anyMatch(message ->
              message.matches(
                  "LongTransaction what is done CONCURRENTLY waits for every older transaction"
                      + " of the database, and session \\d+ .*"))
          .anyMatch(message ->
              message.matches(
                  "IndexBuild session \\d+ is at CREATE INDEX CONCURRENTLY on public.orders"
                      + " \\(.*\\): no other change of the table gets its lock before that is"
                      + " over"));
    }
  }

  @Test
  void whoHoldsTheLockThatAPlanWaitsForInVainIsNamed() throws Exception {
    job.file("V1__x.sql", "ALTER TABLE users ADD COLUMN x int;\n");
    job.flyway().baselineVersion = "0";
    RunnerHarness.Run run;
    try (Connection other = job.connect()) {
      other.createStatement().execute("SET application_name = 'maintenance'");
      other.createStatement().execute("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE");

      run = job.run(Step.PLAN);
    }

    assertThat(run.result().reason()).as(run.log()).isEqualTo("LockTimeout");
    assertThat(run.result().message())
        .containsPattern(
            "; session \\d+ \\(user postgres, application maintenance\\) holds ACCESS EXCLUSIVE on"
                + " users since 20\\d\\d-.*: it is tried again; have that transaction ended");
  }

  @Test
  void whatOnlyAnExpressionOrAnExclusionTellsIsAskedToo() {
    job.execute(
        """
        CREATE TABLE bookings (room int, during int4range, price numeric(8, 2));
        INSERT INTO bookings VALUES (1, '[1,5)', 999999.99), (1, '[4,6)', 1), (2, '[1,9)', 'NaN');
        INSERT INTO users (name) VALUES ('U1');
        """);
    job.file(
        "V1__strict.sql",
        """
        CREATE UNIQUE INDEX one_name ON users (lower(name));
        CREATE UNIQUE INDEX one_room ON bookings (room) WHERE price > 0;
        ALTER TABLE bookings ADD EXCLUDE USING gist (during WITH &&);
        ALTER TABLE bookings ALTER price TYPE numeric(7, 2);
        ALTER TABLE bookings ALTER price TYPE numeric(7, 1);
        """);

    assertThat(planAdopting().findings())
        .filteredOn(finding -> finding.rule().equals("WillFail"))
        .extracting(finding -> finding.line() + " " + finding.message().replaceFirst("; .*", ""))
        .containsExactlyInAnyOrder(
            "1 the unique index cannot be built (23505), because public.users holds the same"
                + " ((lower(name))) more than once for 1 value",
            "2 the unique index cannot be built (23505), because public.bookings holds the same"
                + " (room) more than once for 1 value",
            "3 the exclusion constraint cannot be built (23P01), because 3 rows of"
                + " public.bookings exclude another",
            "4 the statement fails (22003), because numeric(7, 2) is too small for 1 value of"
                + " public.bookings.price");
  }

  /** Of a database that has tables, and no history. */
  private MigrationPlanSpec planAdopting() {
    job.flyway().baselineVersion = "0";
    RunnerHarness.Run run = job.run(Step.PLAN);
    assertThat(run.exit()).as(run.log()).isZero();
    return run.plan();
  }

  private static String message(MigrationPlanSpec plan, String rule) {
    return plan.findings().stream()
        .filter(finding -> finding.rule().equals(rule))
        .map(Finding::message)
        .findFirst()
        .orElseThrow();
  }

  private SchemaFacts read(String sql) throws SQLException, UnreadableSql {
    try (Session session = Connections.of(job.job(Step.PLAN)).readOnly()) {
      return new SchemaReader(session).read(touched(sql)).facts();
    }
  }

  private static TouchedRelations touched(String sql) throws UnreadableSql {
    return TouchedRelations.of(plan(sql));
  }

  private static ParsedPlan plan(String sql) throws UnreadableSql {
    return ParsedPlan.of(
        new PgQuery(1),
        List.of(new RiskAssessment.Script("V1__x.sql", Tokenizer.statements(sql), true, false)));
  }
}
