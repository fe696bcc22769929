package dev.whimbrel.testkit.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import dev.whimbrel.testkit.process.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example's environment does by itself, with Alembic alone, what its README says. */
@Tag("postgres")
@NeedsPython
class KotoriExampleIT {

  private static final String PASSWORD = "p@ss/%41:w?rd";

  private static EmbeddedDatabase database;

  @TempDir Path directory;

  private KotoriExample kotori;

  @BeforeAll
  static void start() {
    database = EmbeddedDatabase.start();
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @BeforeEach
  void copy() {
    kotori = KotoriExample.copyTo(directory.resolve("backend"));
  }

  @Test
  void it_goes_from_production_to_its_head_and_back() throws Exception {
    createDatabase("release");
    alembic("release", "upgrade", KotoriExample.PRODUCTION);
    database.execute(
        "release",
        """
        INSERT INTO users VALUES (1, 'jane@example.com');
        INSERT INTO reports VALUES (1, 1, 'Q3');
        INSERT INTO shares VALUES (1, 1, 'token', NULL, NULL), (2, 1, NULL, '2020-01-01', NULL);
        """);

    alembic("release", "upgrade", "head");

    assertThat(strings("release", "SELECT version_num FROM alembic_version"))
        .containsExactly("9d4e61c7f0ab");
    assertThat(strings("release", "SELECT state FROM shares ORDER BY id"))
        .containsExactly("active", "expired");
    assertThat(strings("release", "SELECT message FROM share_templates"))
        .containsExactly("Here's the report you asked for; it is 100% yours.");

    alembic("release", "downgrade", KotoriExample.PRODUCTION);

    assertThat(strings("release", "SELECT count(*) FROM shares WHERE legacy_token IS NULL"))
        .containsExactly("2");
  }

  @Test
  void its_models_are_what_its_revisions_make() throws Exception {
    createDatabase("models");

    alembic("models", "upgrade", "head");

    assertThat(alembic("models", "check")).contains("No new upgrade operations detected.");
  }

  @Test
  void its_second_release_fails_halfway() throws Exception {
    createDatabase("halfway");
    alembic("halfway", "upgrade", "head");
    database.execute(
        "halfway",
        """
        INSERT INTO users VALUES (1, 'jane@example.com');
        INSERT INTO reports VALUES (1, 1, 'Q3');
        INSERT INTO shares VALUES (1, 1, NULL, NULL, 'active');
        INSERT INTO share_access VALUES (1, 1, 'x@example.com', now()), (2, 1, 'x@example.com', now());
        """);
    kotori.addSecondRelease();

    int code = kotori.alembic(url("halfway"), directory.resolve("log"), "upgrade", "head");

    assertThat(code).isEqualTo(1);
    assertThat(Files.readString(directory.resolve("log")))
        .contains("could not create unique index \"uq_share_access_viewer\"");
    assertThat(strings("halfway", "SELECT version_num FROM alembic_version"))
        .containsExactly("c4f7be210a95");
  }

  private List<String> alembic(String name, String... arguments) throws IOException {
    Path log = Files.createTempFile(directory, "alembic", ".log");
    assertThat(kotori.alembic(url(name), log, arguments)).as(HostCommand.end(log)).isZero();
    return Files.readAllLines(log);
  }

  private static void createDatabase(String name) {
    database.createRole(name, PASSWORD);
    database.createDatabase(name, name);
  }

  private static String url(String name) {
    return KotoriExample.url("127.0.0.1", database.port(), name, PASSWORD);
  }

  private static List<String> strings(String name, String query) throws SQLException {
    try (Connection connection = database.connect(name);
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
