package dev.whimbrel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.testkit.process.HostCommand;
import dev.whimbrel.testkit.python.KotoriExample;
import dev.whimbrel.testkit.python.NeedsPython;
import dev.whimbrel.testkit.realnode.PythonImage;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The reference case: a team's own image with Alembic, run by the kubelet as it is. */
@NodeRung
@NeedsPython
@DisabledIfSystemProperty(
    named = "whimbrel.cluster",
    matches = "kind",
    disabledReason = "the image of the example is not loaded into that cluster")
class KotoriNodeIT {

  private static final String FIRST_IMAGE =
      "us-central1-docker.pkg.dev/kotori-io/kotori-images/kotori-api:migration-1a2b3c4";
  private static final String SECOND_IMAGE = FIRST_IMAGE.replace("1a2b3c4", "5d6e7f8");
  private static final String INSTANCE = "kotori-io:us-central1:kotori-db";

  @TempDir static Path directory;

  @BeforeAll
  static void install(Surroundings surroundings) {
    InstalledOperator.install(surroundings);
    KotoriExample first = KotoriExample.copyTo(directory.resolve("first"));
    KotoriExample second = KotoriExample.copyTo(directory.resolve("second"));
    second.addSecondRelease();
    load(surroundings, FIRST_IMAGE, first);
    load(surroundings, SECOND_IMAGE, second);
  }

  @Test
  void a_release_is_planned_backed_up_approved_migrated_and_verified_in_the_teams_own_image(
      Surroundings surroundings) throws Exception {
    AppliedMigration kotori = prepare(surroundings, "kotori", KotoriExample.PRODUCTION);
    execute(
        surroundings,
        "kotori",
        """
        INSERT INTO shares VALUES (1, 1, 'token', NULL, NULL), (2, 1, NULL, '2020-01-01', NULL)
        """);

    kotori.apply(manifest("kotori", FIRST_IMAGE));
    DatabaseMigrationStatus waiting = kotori.awaitPhase("AwaitingApproval");

    MigrationPlanSpec plan = plan(kotori, waiting);
    assertThat(plan.from()).isEqualTo(KotoriExample.PRODUCTION);
    assertThat(plan.tool()).isEqualTo("alembic 1.12.1");
    assertThat(plan.risk()).isEqualTo("High");
    assertThat(plan.revisions())
        .extracting(PlannedRevision::version)
        .containsExactly(
            "b81d0f6a2c97", "fill_share_state", "e5c2470b9d13", KotoriExample.RELEASED);
    assertThat(String.join("\n", plan.revisions().get(2).sql()))
        .contains("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_share_access_viewer_email");
    assertThat(revision(surroundings, "kotori")).containsExactly(KotoriExample.PRODUCTION);

    kotori.approve();
    DatabaseMigrationStatus done = kotori.awaitPhase("Succeeded");

    assertThat(done.currentRevision()).isEqualTo(KotoriExample.RELEASED);
    assertThat(revision(surroundings, "kotori")).containsExactly(KotoriExample.RELEASED);
    assertThat(strings(surroundings, "kotori", "SELECT state FROM shares ORDER BY id"))
        .containsExactly("active", "expired");
    assertThat(surroundings.instance().backups())
        .extracting(backup -> backup.description().orElse(""))
        .contains(done.backup().description());
  }

  @Test
  void a_release_that_fails_halfway_is_explained_and_taken_back_by_a_downgrade_plan(
      Surroundings surroundings) throws Exception {
    AppliedMigration kotori = prepare(surroundings, "halfway", KotoriExample.RELEASED);
    execute(
        surroundings,
        "halfway",
        """
        INSERT INTO shares VALUES (1, 1, NULL, NULL, 'active');
        INSERT INTO share_access
        VALUES (1, 1, 'x@example.com', now()), (2, 1, 'x@example.com', now())
        """);

    kotori.apply(manifest("halfway", SECOND_IMAGE));
    kotori.awaitPhase("AwaitingApproval");
    kotori.approve();
    DatabaseMigrationStatus failed = kotori.awaitPhase("Failed");

    assertThat(failed.message()).contains("one_access_per_viewer", "23505");
    assertThat(failed.currentRevision()).isEqualTo(KotoriExample.HALFWAY);
    assertThat(revision(surroundings, "halfway")).containsExactly(KotoriExample.HALFWAY);

    kotori.apply(
        manifest("halfway", SECOND_IMAGE)
            .replace(
                "      workingDir:",
                "      target: %s\n      allowDowngrade: %s\n      workingDir:"
                    .formatted(KotoriExample.RELEASED, KotoriExample.HALFWAY)));
    kotori.awaitRunAfter(failed.run().id());
    DatabaseMigrationStatus waiting = kotori.awaitPhase("AwaitingApproval");

    MigrationPlanSpec plan = plan(kotori, waiting);
    assertThat(plan.direction()).isEqualTo("Downgrade");
    assertThat(plan.risk()).isEqualTo("High");

    kotori.approve();
    DatabaseMigrationStatus done = kotori.awaitPhase("Succeeded");

    assertThat(done.currentRevision()).isEqualTo(KotoriExample.RELEASED);
    assertThat(revision(surroundings, "halfway")).containsExactly(KotoriExample.RELEASED);
  }

  private static void load(Surroundings surroundings, String reference, KotoriExample kotori) {
    Path archive = kotori.backend().resolveSibling(kotori.backend().getFileName() + ".tar");
    new PythonImage(
            reference,
            "kotori",
            KotoriExample.requirements(),
            Map.of("/app/backend", kotori.backend()),
            "/app/backend")
        .write(archive);
    surroundings.cluster().load(archive);
  }

  /** A database at a revision, with a user and a report, and the Secret beside it. */
  private static AppliedMigration prepare(Surroundings surroundings, String name, String revision)
      throws SQLException, IOException {
    surroundings.instance().createDatabase(name, name, AppliedMigration.PASSWORD);
    String url =
        KotoriExample.url(
            surroundings.instance().address(),
            surroundings.instance().port(),
            name,
            AppliedMigration.PASSWORD);
    Path log = directory.resolve(name + ".log");
    int code = KotoriExample.copyTo(directory.resolve(name)).alembic(url, log, "upgrade", revision);
    assertThat(code).as(HostCommand.end(log)).isZero();
    execute(
        surroundings,
        name,
        "INSERT INTO users VALUES (1, 'jane@example.com'); INSERT INTO reports VALUES (1, 1,"
            + " 'Q3')");
    AppliedMigration migration =
        new AppliedMigration(surroundings, surroundings.createNamespace(name), "kotori");
    migration.createSecret("kotori-api", KotoriExample.secret(url));
    return migration;
  }

  /** The example's own manifest; the instance is the one that this machine has. */
  private static String manifest(String database, String image) {
    return KotoriExample.manifest()
        .replace("  namespace: kotori\n", "")
        .replace("database: kotori\n", "database: " + database + "\n")
        .replace(INSTANCE, Surroundings.INSTANCE)
        .replace(FIRST_IMAGE, image);
  }

  private static MigrationPlanSpec plan(AppliedMigration kotori, DatabaseMigrationStatus status) {
    return kotori
        .client()
        .resources(MigrationPlan.class)
        .inNamespace(kotori.namespace())
        .withName(status.plan().name())
        .get()
        .getSpec();
  }

  private static List<String> revision(Surroundings surroundings, String database)
      throws SQLException {
    return strings(surroundings, database, "SELECT version_num FROM alembic_version");
  }

  private static void execute(Surroundings surroundings, String database, String sql)
      throws SQLException {
    try (Connection connection = surroundings.instance().connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> strings(Surroundings surroundings, String database, String query)
      throws SQLException {
    try (Connection connection = surroundings.instance().connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }
}
