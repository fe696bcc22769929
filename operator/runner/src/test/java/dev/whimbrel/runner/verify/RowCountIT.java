package dev.whimbrel.runner.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.RowCounts;
import dev.whimbrel.protocol.RunnerInput.Verify;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.runner.database.Connections;
import dev.whimbrel.runner.database.Session;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows just before the first statement and after the last. */
@Tag("postgres")
class RowCountIT {

  private final RunnerHarness job = new RunnerHarness();

  @BeforeEach
  void tenUsers() {
    job.file(
        "V1__users.sql",
        "CREATE TABLE users (id bigint PRIMARY KEY);\n"
            + "INSERT INTO users SELECT generate_series(1, 10);\n");
    job.migrate();
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void tablesThatKeepTheirRowsPass() {
    job.file("V2__more.sql", "INSERT INTO users VALUES (11);\n");

    RunnerHarness.Run run = migrateAndCount(false, "users");

    assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFIED);
    assertThat(rows(run))
        .isEqualTo(new CheckResult("rows of users", "Passed", "10 rows", "11 rows", null));
  }

  @Test
  void lostRowsFail() {
    job.file("V2__less.sql", "DELETE FROM users WHERE id > 7;\n");

    RunnerHarness.Run run = migrateAndCount(false, "users");

    assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFICATION_FAILED);
    assertThat(run.result().reason()).isEqualTo("CheckFailed");
    assertThat(run.result().message())
        .contains("table users has 3 rows fewer than before the migration")
        .contains("spec.verify.rowCounts.mayShrink")
        .contains("the schema is left as it is");
    assertThat(rows(run).result()).isEqualTo(CheckResult.FAILED);
    assertThat(job.query("SELECT count(*) FROM users")).isEqualTo("7");
  }

  @Test
  void lostRowsPassWhereTheSpecAllowsThem() {
    job.file("V2__less.sql", "DELETE FROM users WHERE id > 7;\n");

    RunnerHarness.Run run = migrateAndCount(true, "users");

    assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFIED);
    assertThat(rows(run).message()).contains("3 rows fewer").contains("mayShrink allows");
  }

  @Test
  void rowsThatTheApplicationDeletedAreAWarning() {
    job.file("V2__none.sql", "ALTER TABLE users ADD COLUMN name text;\n");
    RunnerHarness.Run run = migrateAndCountWhile("DELETE FROM users WHERE id > 8");

    assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFIED);
    assertThat(run.result().message()).contains("look at this").contains("2 rows fewer");
    assertThat(rows(run).result()).isEqualTo(CheckResult.WARNED);
    assertThat(rows(run).message())
        .contains("no statement of the migration deletes, and 2 rows were deleted meanwhile");
  }

  @Test
  void aTableThatTheMigrationMakesHasNothingToCompareWith() {
    job.file("V2__orders.sql", "CREATE TABLE orders (id bigint);\n");

    RunnerHarness.Run run = migrateAndCount(false, "orders");

    assertThat(rows(run))
        .isEqualTo(
            new CheckResult(
                "rows of orders", "Passed", "no table", "0 rows", "table orders is new"));
  }

  @Test
  void aTableThatIsGoneFails() {
    job.file("V2__drop.sql", "DROP TABLE users;\n");

    RunnerHarness.Run run = migrateAndCount(false, "users");

    assertThat(run.result().message()).contains("table users is gone, with 10 rows");
  }

  @Test
  void aTableThatNeverWasFails() {
    job.file("V2__none.sql", "SELECT 1;\n");

    RunnerHarness.Run run = migrateAndCount(false, "user");

    assertThat(run.result().message()).contains("table user does not exist: correct spec.verify");
  }

  @Test
  void nothingStartsWhereTheUserMayNotCount() {
    job.execute(
        "DROP ROLE IF EXISTS row_counter; CREATE ROLE row_counter;"
            + " GRANT ALL ON SCHEMA public TO row_counter;"
            + " GRANT ALL ON flyway_schema_history TO row_counter");
    try {
      job.file("V2__none.sql", "SELECT 1;\n");
      var plan = job.plan();
      Verify users = new Verify(List.of(), new RowCounts(List.of("users"), false));
      job.input(input -> as("row_counter", input.withVerify(users)));

      RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);

      assertThat(run.result().reason()).isEqualTo("NotReadable");
      assertThat(run.result().message())
          .contains("table users of database")
          .contains("permission denied for table users; GRANT SELECT on it");
      assertThat(job.query("SELECT max(version) FROM flyway_schema_history")).isEqualTo("1");
    } finally {
      job.execute("DROP OWNED BY row_counter; DROP ROLE row_counter");
    }
  }

  @Test
  void aBigTableIsEstimatedAndAShrunkEstimateWarns() {
    job.execute("UPDATE pg_class SET reltuples = 2500000 WHERE relname = 'users'");
    job.file("V2__analyze.sql", "ANALYZE users;\n");

    RunnerHarness.Run run = migrateAndCount(false, "users");

    assertThat(rows(run).before()).isEqualTo("about 2500000 rows (estimate)");
    assertThat(rows(run).after()).isEqualTo("10 rows");
    assertThat(rows(run).result()).isEqualTo(CheckResult.WARNED);
  }

  @Test
  void aTableThatSomebodyLocksIsNotWaitedForForLong() throws Exception {
    job.execute("ANALYZE users");
    Job runner = job.job(Step.VERIFY);
    try (var other = job.connect();
        Session session = Connections.of(runner).readOnly()) {
      other.setAutoCommit(false);
      other.createStatement().execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE");

      RowCount count = new RowCounter(session, runner.clock()).count("users");

      assertThat(count.text()).isEqualTo("about 10 rows (estimate)");
    }
  }

  @Test
  void aPartitionedTableCountsWithItsPartitionsAndAQuotedNameIsFound() {
    job.execute(
        "CREATE TABLE \"Order Lines\" (id bigint) PARTITION BY RANGE (id);"
            + " CREATE TABLE a PARTITION OF \"Order Lines\" FOR VALUES FROM (0) TO (10);"
            + " CREATE TABLE b PARTITION OF \"Order Lines\" FOR VALUES FROM (10) TO (20);"
            + " INSERT INTO \"Order Lines\" SELECT generate_series(5, 14)");
    job.file("V2__none.sql", "SELECT 1;\n");

    RunnerHarness.Run run = migrateAndCount(false, "public.\"Order Lines\"");

    assertThat(rows(run).before()).isEqualTo("10 rows");
    assertThat(rows(run).result()).isEqualTo(CheckResult.PASSED);
  }

  @Test
  void valuesThatANewTypeMadeNullFail() {
    ages();
    job.file(
        "V3__number.sql",
        "ALTER TABLE users ALTER COLUMN age DROP DEFAULT, ALTER age TYPE int"
            + " USING CASE WHEN age ~ '^[0-9]+$' THEN age::int END;\n");

    RunnerHarness.Run run = migrateAndCount(false, "users");

    assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFICATION_FAILED);
    assertThat(rows(run).name()).isEqualTo("values of users.age");
    assertThat(rows(run).before()).isEqualTo("10 values");
    assertThat(rows(run).after()).isEqualTo("6 values");
    assertThat(rows(run).message())
        .contains("column users.age has 4 values fewer")
        .contains("what its new type made of them");
  }

  @Test
  void aRenamedColumnIsFoundAgainAndOneThatIsDroppedIsNotMissed() {
    ages();
    job.execute("ALTER TABLE users ADD COLUMN note text; CREATE TABLE other (age int)");
    job.file(
        "V3__years.sql",
        "ALTER TABLE users RENAME age TO years;\nALTER TABLE users ALTER note SET DEFAULT '';\n"
            + "ALTER TABLE users DROP COLUMN note;\nALTER TABLE other ALTER age TYPE bigint;\n");

    RunnerHarness.Run run = migrateAndCount(false, "public.users");

    assertThat(run.checks())
        .filteredOn(check -> check.name().startsWith("values"))
        .containsExactly(
            new CheckResult(
                "values of public.users.years", "Passed", "10 values", "10 values", null));
  }

  @Test
  void valuesThatAStatementOfTheMigrationChangesAreAWarning() {
    ages();
    job.file(
        "V3__optional.sql",
        "ALTER TABLE users ALTER age DROP DEFAULT;\nUPDATE users SET age = NULL WHERE id > 7;\n");

    RunnerHarness.Run run = migrateAndCount(false, "users");

    assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFIED);
    assertThat(rows(run).result()).isEqualTo(CheckResult.WARNED);
    assertThat(rows(run).message()).contains("3 values fewer", "may explain it");
    assertThat(rows(migrateAgain("V4__more.sql", true)).message()).contains("mayShrink allows");
  }

  @Test
  void valuesThatTheApplicationTookAreAWarning() {
    ages();
    job.file("V3__default.sql", "ALTER TABLE users ALTER age DROP DEFAULT;\n");
    RunnerHarness.Run run = migrateAndCountWhile("UPDATE users SET age = NULL WHERE id > 8");

    assertThat(rows(run).result()).as(run.log()).isEqualTo(CheckResult.WARNED);
    assertThat(rows(run).message())
        .contains("2 values fewer")
        .contains("no statement of the migration changes rows")
        .contains("by other sessions");
  }

  @Test
  void theValuesOfABigTableAreEstimated() {
    ages();
    job.execute("UPDATE users SET age = NULL WHERE id > 8");
    job.execute("ANALYZE users");
    job.execute("UPDATE pg_class SET reltuples = 2500000 WHERE relname = 'users'");
    job.file("V3__default.sql", "ALTER TABLE users ALTER age DROP DEFAULT;\n");

    RunnerHarness.Run run = migrateAndCount(false, "users");

    assertThat(rows(run).before()).isEqualTo("about 2000000 values (estimate)");
    assertThat(rows(run).result()).isEqualTo(CheckResult.PASSED);
  }

  @Test
  void aJobThatOnlyVerifiesSaysThatItHasNothingToCompareWith() {
    job.input(
        input -> input.withVerify(new Verify(List.of(), new RowCounts(List.of("users"), false))));

    RunnerHarness.Run run = job.run(Step.VERIFY);

    assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFIED);
    assertThat(rows(run).result()).isEqualTo(CheckResult.SKIPPED);
    assertThat(rows(run).message()).startsWith("no baseline");
    assertThat(rows(run).after()).isEqualTo("10 rows");
  }

  private static RunnerInput as(String role, RunnerInput input) {
    RunnerInput.Database database = input.database();
    return input.withDatabase(
        new RunnerInput.Database(
            database.instance(),
            database.host(),
            database.port(),
            database.database(),
            database.sslMode(),
            role));
  }

  private RunnerHarness.Run migrateAndCount(boolean mayShrink, String table) {
    var plan = job.plan();
    job.input(
        input -> input.withVerify(new Verify(List.of(), new RowCounts(List.of(table), mayShrink))));
    return job.run(plan, Step.MIGRATE, Step.VERIFY);
  }

  /** After the migration and before anything is counted again the application does something. */
  private RunnerHarness.Run migrateAndCountWhile(String applications) {
    try (TestApplication application = new TestApplication()) {
      application.on(
          "/",
          exchange -> {
            if (application.requests().size() == 2) {
              job.execute(applications);
            }
            TestApplication.answer(exchange, 200, "");
          });
      Verify verify =
          new Verify(
              List.of(HttpCheckIT.check(application.url("/"))),
              new RowCounts(List.of("users"), false));
      job.input(input -> input.withVerify(verify));
      return job.run(job.plan(), Step.MIGRATE, Step.VERIFY);
    }
  }

  private RunnerHarness.Run migrateAgain(String script, boolean mayShrink) {
    job.file(
        script,
        "ALTER TABLE users ALTER age DROP DEFAULT;\nUPDATE users SET age = NULL WHERE id > 5;\n");
    job.input(input -> input.withVerify(null));
    return migrateAndCount(mayShrink, "users");
  }

  /** Six of ten ages are numbers. */
  private void ages() {
    job.file("V2__age.sql", "ALTER TABLE users ADD COLUMN age text DEFAULT 'old';\n");
    job.migrate();
    job.execute("UPDATE users SET age = id WHERE id <= 6");
  }

  /** What was checked last. */
  private static CheckResult rows(RunnerHarness.Run run) {
    return run.checks().getLast();
  }
}
