package dev.whimbrel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.CloudSqlDatabase;
import dev.whimbrel.api.v1alpha1.Database;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.FlywaySource;
import dev.whimbrel.api.v1alpha1.HttpCheck;
import dev.whimbrel.api.v1alpha1.PostgresDatabase;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.RollbackSettings;
import dev.whimbrel.api.v1alpha1.RolloutSettings;
import dev.whimbrel.api.v1alpha1.RowCountCheck;
import dev.whimbrel.api.v1alpha1.Source;
import dev.whimbrel.api.v1alpha1.Threshold;
import dev.whimbrel.api.v1alpha1.VerifySettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecTest {

  private static final Database CLOUD_SQL =
      new Database(new CloudSqlDatabase("shop:europe-west1:main", "shop", null, null), null);
  private static final Database POSTGRES =
      new Database(null, new PostgresDatabase("db.shop", null, "shop", null, null, null));

  /** As an API without schema, and so without defaults, would store it. */
  private static Spec bare(Database database, String table, String defaultSchema, String schema) {
    FlywaySource flyway =
        new FlywaySource(
            List.of("sql"),
            table,
            defaultSchema,
            schema == null ? null : List.of(schema),
            null,
            null,
            null,
            null,
            null,
            null,
            null);
    return new Spec(
        new DatabaseMigrationSpec(
            database, new Source(flyway, null), null, null, null, null, null, null));
  }

  @Test
  void withAlembicTheWholeDatabaseHasOneHistory() {
    Spec spec =
        new Spec(
            new DatabaseMigrationSpec(
                CLOUD_SQL,
                new Source(null, Results.alembic()),
                null,
                null,
                null,
                null,
                null,
                null));

    assertThat(spec.historyKey()).isEqualTo("shop:europe-west1:main/shop/alembic");
    assertThat(spec.hash()).hasSize(64);
  }

  @Test
  void askingForARollbackMakesItAnotherSpecAndNotAskingDoesNot() {
    Spec none = bare(CLOUD_SQL, null, null, null);
    DatabaseMigrationSpec written = none.written();

    assertThat(with(written, new RollbackSettings("None")).hash()).isEqualTo(none.hash());
    assertThat(with(written, new RollbackSettings("None")).rollsBack()).isFalse();
    assertThat(with(written, new RollbackSettings("Downgrade")).hash()).isNotEqualTo(none.hash());
    assertThat(with(written, new RollbackSettings("Downgrade")).rollsBack()).isTrue();
  }

  private static Spec with(DatabaseMigrationSpec spec, RollbackSettings rollback) {
    return new Spec(
        new DatabaseMigrationSpec(
            spec.database(), spec.source(), null, null, null, null, rollback, null));
  }

  @Test
  void everyDefaultIsFilledIn() {
    Spec spec = bare(CLOUD_SQL, null, null, null);

    assertThat(spec.table()).isEqualTo("flyway_schema_history");
    assertThat(spec.backup()).isEqualTo(Threshold.ALWAYS);
    assertThat(spec.backupBeforeApproval()).isTrue();
    assertThat(spec.backupMaxAge()).isEmpty();
    assertThat(spec.approval()).isEqualTo(Threshold.AT_MEDIUM);
    assertThat(spec.approvals()).isEqualTo(1);
    assertThat(spec.approvalExpiresAfter()).isEqualTo(Duration.ofHours(24));
    assertThat(spec.deadline(false)).isEqualTo(Duration.ofMinutes(30));
    assertThat(spec.deadline(true)).isEqualTo(Duration.ofHours(24));
    assertThat(spec.startTimeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(spec.retries()).isEqualTo(2);
    assertThat(spec.lockTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(spec.maxBlockedSessions()).isEqualTo(5);
    assertThat(spec.suspended()).isFalse();
    assertThat(spec.checks()).isEmpty();
  }

  @Test
  void aServerThatWhimbrelCannotBackUpIsNotBackedUp() {
    assertThat(bare(POSTGRES, null, null, null).backup()).isEqualTo(Threshold.NEVER);
  }

  @Test
  void aServerIsItsInstanceOrItsHostAndPort() {
    assertThat(bare(CLOUD_SQL, null, null, null).server()).isEqualTo("shop:europe-west1:main");
    assertThat(bare(POSTGRES, null, null, null).server()).isEqualTo("db.shop:5432");
  }

  @Test
  void theLeaseIsNamedAfterServerAndDatabaseAndNothingElse() {
    assertThat(Worlds.fresh().spec().lease()).isEqualTo("whimbrel-database-a52f6110d6948f9c");
    assertThat(bare(POSTGRES, "a", null, null).lease())
        .isEqualTo(bare(POSTGRES, "b", null, null).lease());
  }

  @ParameterizedTest
  @CsvSource({
    ",,,db.shop:5432/shop//flyway_schema_history",
    "history,,,db.shop:5432/shop//history",
    ",app,,db.shop:5432/shop/app/flyway_schema_history",
    ",,first,db.shop:5432/shop/first/flyway_schema_history",
    ",app,first,db.shop:5432/shop/app/flyway_schema_history"
  })
  void aHistoryTableIsKnownByServerDatabaseSchemaAndName(
      String table, String defaultSchema, String schema, String key) {
    assertThat(bare(POSTGRES, table, defaultSchema, schema).historyKey()).isEqualTo(key);
  }

  @ParameterizedTest
  @CsvSource({
    "Never,Never,HIGH",
    "Never,AtHigh,MEDIUM",
    "Never,AtMedium,LOW",
    "Never,Always,",
    "AtHigh,Never,MEDIUM",
    "AtMedium,AtHigh,LOW",
    "Always,Never,"
  })
  void thePodThatDoesAllGoesUpToTheHighestRiskThatMeetsNoGate(
      String backup, String approval, Risk highest) {
    Spec spec = Worlds.fresh().backupPolicy(backup, null, null).approvalPolicy(approval, 1).spec();

    assertThat(spec.ungated().orElse(null)).isEqualTo(highest);
  }

  @Test
  void suspendingIsNoOtherSpec() {
    assertThat(Worlds.fresh().suspended().spec().hash()).isEqualTo(Worlds.fresh().spec().hash());
  }

  @Test
  void writingADefaultOutIsNoOtherSpec() {
    Spec silent = Worlds.fresh().backupPolicy("Always", null, null).spec();
    Spec written = Worlds.fresh().backupPolicy("Always", "BeforeApproval", null).spec();

    assertThat(written.hash()).isEqualTo(silent.hash());
  }

  @Test
  void whateverElseChangesIsAnotherSpec() {
    assertThat(
            List.of(
                Worlds.fresh().spec().hash(),
                Worlds.fresh().specChanged().spec().hash(),
                Worlds.fresh().backupPolicy("AtHigh", null, null).spec().hash(),
                Worlds.fresh().backupPolicy("Always", null, "2h").spec().hash(),
                Worlds.fresh().approvalPolicy("AtMedium", 2).spec().hash(),
                Worlds.fresh().approvalPolicy("Always", 1).spec().hash(),
                Worlds.fresh().retries(3).spec().hash(),
                Worlds.fresh().check("SELECT true").spec().hash()))
        .doesNotHaveDuplicates();
  }

  @Test
  void requestsAndRowCountsAreChecksAndHowLongARolloutIsWatchedIsNone() {
    HttpCheck request = new HttpCheck("api", "http://api/", null, null, null, null, null, null);
    RowCountCheck rows = new RowCountCheck(List.of("users", "orders"), null);
    Spec none = verifying(null);
    Spec requests = verifying(new VerifySettings(List.of(), List.of(request), null));
    Spec both = verifying(new VerifySettings(List.of(), List.of(request), rows));
    Spec rollout = verifying(new VerifySettings(List.of(), null, null, new RolloutSettings("5m")));

    assertThat(both.checkCount()).isEqualTo(3);
    assertThat(List.of(none.hash(), requests.hash(), both.hash())).doesNotHaveDuplicates();
    assertThat(both.verification("7")).isNotEqualTo(requests.verification("7"));
    assertThat(rollout.hash()).isEqualTo(none.hash());
    assertThat(rollout.rolloutPeriod()).isEqualTo(Duration.ofMinutes(5));
    assertThat(none.rolloutPeriod()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void whatMeasuresHasTimeToAfterAMigrationThatTookAllOfItsOwn() {
    RowCountCheck rows = new RowCountCheck(List.of("users"), null);

    assertThat(Deadlines.migrating(verifying(null), false)).isEqualTo(Duration.ofMinutes(31));
    assertThat(Deadlines.migrating(verifying(new VerifySettings(null, null, rows)), false))
        .isEqualTo(Duration.ofMinutes(36));
  }

  private static Spec verifying(VerifySettings verify) {
    DatabaseMigrationSpec bare = bare(POSTGRES, null, null, null).written();
    return new Spec(
        new DatabaseMigrationSpec(
            bare.database(), bare.source(), null, null, null, verify, null, null));
  }

  @Test
  void aVerificationIsOfOneRevisionAndItsChecks() {
    Spec spec = Worlds.fresh().check("SELECT true").spec();
    Spec other = Worlds.fresh().check("SELECT false").spec();

    assertThat(spec.verification("8"))
        .isEqualTo(Worlds.fresh().check("SELECT true").retries(9).spec().verification("8"))
        .isNotEqualTo(spec.verification("9"))
        .isNotEqualTo(other.verification("8"));
    assertThat(spec.verification(null)).isEqualTo(spec.verification(""));
  }
}
