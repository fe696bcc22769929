package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Sha256;
import dev.whimbrel.protocol.Step;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is accepted as a source, what is refused with which words, and what the hash covers. */
@Tag("postgres")
class SourceIT {

  private final RunnerHarness job = new RunnerHarness();

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void anEmptySourceIsRefused() {
    refused("EmptySource", "orders-sql", "V1__create_users.sql");
  }

  @Test
  void aConfigMapThatIsNotMountedIsRefused() {
    job.flyway().configMaps = List.of("orders-sql", "orders-views");
    job.file("V1__a.sql", "SELECT 1;");

    refused("SourceMissing", "ConfigMap orders-views", "spec.source.flyway.configMaps");
  }

  @Test
  void aJavaMigrationIsRefused() {
    job.file("V1__a.class", "cafebabe");

    refused("JavaMigration", "file V1__a.class of ConfigMap orders-sql", "write it as SQL");
  }

  @Test
  void aMigrationWithoutTheSuffixIsRefused() {
    job.file("V1__a.txt", "SELECT 1;");

    refused("NotSql", "file V1__a.txt of ConfigMap orders-sql", ".sql");
  }

  @Test
  void aNameThatFlywayWouldIgnoreIsRefused() {
    job.file("V1_only_one_underscore.sql", "SELECT 1;");

    refused("BadFileName", "file V1_only_one_underscore.sql", "V1__description.sql");
  }

  @Test
  void twoFilesOfOneVersionAreRefused() {
    job.file("V1__a.sql", "SELECT 1;").file("V1.0__b.sql", "SELECT 1;");

    refused("DuplicateVersion", "V1.0__b.sql", "V1__a.sql");
  }

  @Test
  void oneFileInTwoConfigMapsIsRefused() {
    job.flyway().configMaps = List.of("one", "two");
    job.file(0, "V1__a.sql", "SELECT 1;".getBytes(StandardCharsets.UTF_8));
    job.file(1, "V1__a.sql", "SELECT 1;".getBytes(StandardCharsets.UTF_8));

    refused("DuplicateFile", "ConfigMap one", "ConfigMap two");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    job.file("V1__a.sql", new byte[] {'-', '-', (byte) 0xE4, '\n'});

    refused("NotUtf8", "file V1__a.sql", "convert it");
  }

  @Test
  void aNulByteIsRefused() {
    job.file("V1__a.sql", "SELECT '\0';");

    refused("NulByte", "file V1__a.sql", "remove it");
  }

  @Test
  void aPlaceholderWithoutValueIsRefusedWithItsLine() {
    job.file("V1__a.sql", "SELECT 1;\nSELECT '${tenant}';\n");

    refused("UnresolvedPlaceholder", "${tenant} in line 2", "spec.source.flyway.placeholders");
  }

  @Test
  void aPlaceholderThatIsNotClosedIsRefused() {
    job.file("V1__a.sql", "SELECT 1;\n-- ${tenant\n");

    refused("UnresolvedPlaceholder", "line 2", "spec.source.flyway.placeholders");
  }

  @Test
  void aRepeatableScriptWithAValueThatChangesIsRefused() {
    job.file("R__views.sql", "-- ${flyway:timestamp}\nSELECT 1;\n");

    refused(
        "VolatilePlaceholder", "R__views.sql", "${flyway:timestamp} in line 1", "every migrate");
  }

  @Test
  void anOpenQuoteIsRefusedWithItsLine() {
    job.file("V1__a.sql", "SELECT 1;\nSELECT 'open;\n");

    refused("SqlDoesNotParse", "file V1__a.sql", "line 2");
  }

  @Test
  void anOpenDollarQuoteIsRefusedWithItsLine() {
    job.file("V1__a.sql", "SELECT 1;\n\nDO $body$ BEGIN END;\n");

    refused("SqlDoesNotParse", "line 3", "$body$");
  }

  @Test
  void aPsqlCommandIsRefused() {
    job.file("V1__a.sql", "\\connect other\nSELECT 1;\n");

    refused("PsqlCommand", "line 1", "\\connect");
  }

  @Test
  void concurrentlyBesideOtherStatementsIsRefused() {
    job.file("V1__a.sql", "CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY a_id ON a (id);\n");

    refused("MixedStatements", "file V1__a.sql", "alone in a script");
  }

  @Test
  void aReindexThatFlywayWouldRunInATransactionIsRefusedWithTheFix() {
    job.file("V1__a.sql", "REINDEX TABLE CONCURRENTLY a;\n");

    refused("NeedsNoTransaction", "line 1", "V1__a.sql.conf with executeInTransaction=false");
  }

  @Test
  void aDetachThatFlywayWouldRunInATransactionIsRefusedWithTheFix() {
    job.file("V1__a.sql", "ALTER TABLE a DETACH PARTITION a1 CONCURRENTLY;\n");

    refused("NeedsNoTransaction", "V1__a.sql.conf", "executeInTransaction=false");
  }

  @Test
  void aReindexWithItsConfigurationIsPlannedWithoutTransactionAndRuns() {
    job.execute("CREATE TABLE a (id int PRIMARY KEY)");
    job.flyway().baselineVersion = "0";
    job.file("V1__a.sql", "REINDEX TABLE CONCURRENTLY a;\n");
    job.file("V1__a.sql.conf", "executeInTransaction=false\n");

    RunnerHarness.Run run = job.migrate();

    assertThat(run.result().outcome()).isEqualTo(Outcome.MIGRATED);
  }

  @Test
  void aScriptThatTakesTransactionOrGuardIntoItsOwnHandsIsHigh() {
    job.file(
        "V1__a.sql",
        "BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\nSET lock_timeout = 0;\nSET ROLE postgres;\n");

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.risk()).isEqualTo("High");
    assertThat(plan.findings())
        .filteredOn(finding -> finding.risk().equals("High"))
        .extracting(Finding::at, Finding::rule)
        .contains(
            tuple("line 1: BEGIN", "TransactionControl"),
            tuple("line 3: COMMIT", "TransactionControl"),
            tuple("line 4: SET lock_timeout = 0", "WeakensGuard"),
            tuple("line 5: SET ROLE postgres", "WeakensGuard"));
  }

  @Test
  void aConditionInAScriptsConfigurationIsRefused() {
    job.file("V1__a.sql", "SELECT 1;\n").file("V1__a.sql.conf", "shouldExecute=false\n");

    refused("ScriptConfiguration", "file V1__a.sql.conf", "shouldExecute");
  }

  @Test
  void moreThan4MibOfPendingSqlIsRefusedWithItsScriptAndTheWayOut() {
    job.file("V1__a.sql", "SELECT 1;\n");
    job.file("V2__seed.sql", "-- " + "x".repeat(5 * 1024 * 1024) + "\nSELECT 1;\n");

    refused("SourceTooLarge", "V2__seed.sql (5120 KiB)", "4096 KiB", "spec.source.flyway.target");
  }

  /** Thousands of statements, 1.3 MiB: judged, shown in part, bound as a whole. */
  @Test
  void sqlThatNoObjectCanHoldIsCutAndCarriedOutWhole() {
    String seed =
        "CREATE TABLE seed (id int, name text);\n"
            + IntStream.range(0, 2_500)
                .mapToObj(
                    i -> "INSERT INTO seed VALUES (%d, '%s');\n".formatted(i, "x".repeat(500)))
                .collect(Collectors.joining());
    String drops =
        IntStream.range(0, 1_000)
            .mapToObj(i -> "ALTER TABLE old DROP COLUMN IF EXISTS c%d;\n".formatted(i))
            .collect(Collectors.joining());
    job.file("V1__old.sql", "CREATE TABLE old (id int);\n").migrate();
    job.file("V2__seed.sql", seed).file("V3__drops.sql", drops).file("V4__a.sql", "SELECT 1;\n");

    MigrationPlanSpec plan = job.plan();
    job.flyway().target = "2";
    RunnerHarness.Run migrated = job.migrate();

    PlannedRevision cut = plan.revisions().getFirst();
    assertThat(Json.utf8(Json.write(plan))).isLessThan(512 * 1024);
    assertThat(cut.sql()).hasSizeBetween(100, 1_000);
    assertThat(cut.sql().getLast())
        .matches("-- \\.\\.\\. cut here: [0-9,]+ more lines, see \"cut\"");
    assertThat(cut.hash()).isEqualTo(Sha256.hex(seed));
    assertThat(cut.cut())
        .startsWith("sql shows ")
        .contains(
            "of 2,501 lines (1,307 KiB). The plan's hash covers the whole",
            "kubectl -n shop get configmap orders-sql -o jsonpath='{.data.V2__seed\\.sql}'",
            "SHA-256 " + Sha256.hex(seed));
    assertThat(plan.revisions().getLast().cut()).isNull();
    assertThat(plan.findings())
        .extracting(Finding::rule, Finding::message)
        .contains(tuple("DropColumn", "and 980 more of the same rule, from here on"));
    assertThat(plan.findings().stream().filter(f -> f.rule().equals("DropColumn"))).hasSize(21);
    assertThat(migrated.result().outcome()).isEqualTo(Outcome.MIGRATED);
    assertThat(job.query("SELECT count(*) FROM seed")).isEqualTo("2500");
  }

  @Test
  void moreThan300PendingRevisionsAreRefusedWithTheWayOut() {
    for (int version = 1; version <= 301; version++) {
      job.file("V" + version + "__a.sql", "SELECT 1;\n");
    }

    refused("TooManyRevisions", "301", "300", "spec.source.flyway.target");
  }

  @Test
  void oneStepOfALongSourceIsPlannedUpToItsTarget() {
    for (int version = 1; version <= 301; version++) {
      job.file("V" + version + "__a.sql", "SELECT 1;\n");
    }
    job.flyway().target = "100";

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.revisions()).hasSize(100);
    assertThat(plan.to()).isEqualTo("100");
  }

  @Test
  void aTargetThatIsNoVersionOfTheSourceIsRefused() {
    job.file("V1__a.sql", "SELECT 1;\n");
    job.flyway().target = "7";

    refused("NoSuchTarget", "spec.source.flyway.target 7");
  }

  @Test
  void thePlanShowsTheExactSqlWithPlaceholdersFilledIn() {
    job.file(
        "V1__a.sql", "-- for ${tenant}, by ${flyway:user}\nCREATE TABLE ${TENANT}_a (id int);\n");
    job.flyway().placeholders = List.of(new RunnerInput.Placeholder("tenant", "blue"));

    PlannedRevision revision = job.plan().revisions().getFirst();

    assertThat(revision.sql())
        .containsExactly("-- for blue, by ${flyway:user}", "CREATE TABLE blue_a (id int);");
    assertThat(revision.version()).isEqualTo("1");
    assertThat(revision.kind()).isEqualTo("Versioned");
    assertThat(job.migrate().exit()).isZero();
    assertThat(job.query("SELECT to_regclass('blue_a')")).isEqualTo("blue_a");
  }

  @Test
  void planningTwiceGivesTheSameHash() {
    job.file("V1__a.sql", "CREATE TABLE a (id int);\n");
    // sha256sum of exactly these bytes.
    assertThat(job.plan().revisions().getFirst().hash())
        .isEqualTo("c2de7559380e5ebf65caa7d59e166558e80243cf7e70006cc98d1593d94203c1");

    assertThat(job.plan().hash()).isEqualTo(job.plan().hash()).matches("sha256:[0-9a-f]{64}");
  }

  @Test
  void whateverChangesWhatRunsChangesTheHash() {
    job.file("V1__a.sql", "CREATE TABLE a (id int);\n");
    job.flyway().placeholders = List.of(new RunnerInput.Placeholder("tenant", "blue"));
    String before = job.plan().hash();

    job.file("V1__a.sql", "CREATE TABLE a (id  int);\n");
    String script = job.plan().hash();
    job.flyway().placeholders = List.of(new RunnerInput.Placeholder("tenant", "red"));
    String placeholder = job.plan().hash();
    job.file("afterMigrate.sql", "SELECT 1;\n");
    String callback = job.plan().hash();
    job.file("V1__a.sql.conf", "executeInTransaction=true\n");
    String configuration = job.plan().hash();

    assertThat(List.of(before, script, placeholder, callback, configuration))
        .doesNotHaveDuplicates();
  }

  private void refused(String reason, String... words) {
    RunnerHarness.Run run = job.run(Step.PLAN);
    assertThat(run.result().reason()).as(run.log()).isEqualTo(reason);
    assertThat(run.result().message()).contains(words);
    assertThat(run.result().kind()).isEqualTo(RunnerResult.Kind.PERMANENT);
    assertThat(run.exit()).isEqualTo(10);
    assertThat(job.query("SELECT to_regclass('flyway_schema_history')")).isNull();
  }
}
