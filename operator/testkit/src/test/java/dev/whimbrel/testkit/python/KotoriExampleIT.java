package dev.whimbrel.testkit.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import dev.whimbrel.testkit.process.HostCommand;
import dev.whimbrel.testkit.process.SupervisedProcess;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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

  private static final Path KOTORI =
      Path.of(System.getProperty("whimbrel.root", "../.."), "examples", "kotori");
  private static final String PASSWORD = "p@ss/%41:w?rd";

  private static EmbeddedDatabase database;

  @TempDir Path directory;

  private Path backend;

  @BeforeAll
  static void start() {
    database = EmbeddedDatabase.start();
    database.createRole("kotori", PASSWORD);
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  /** A copy: Python leaves compiled files beside what it runs. */
  @BeforeEach
  void copy() throws IOException {
    backend = directory.resolve("backend");
    copy(KOTORI.resolve("backend"), backend);
  }

  @Test
  void it_goes_from_production_to_its_head_and_back() throws Exception {
    database.createDatabase("release", "kotori");
    alembic("release", "upgrade", "7c39d7b141c7");
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

    alembic("release", "downgrade", "7c39d7b141c7");

    assertThat(strings("release", "SELECT count(*) FROM shares WHERE legacy_token IS NULL"))
        .containsExactly("2");
  }

  @Test
  void its_models_are_what_its_revisions_make() throws Exception {
    database.createDatabase("models", "kotori");

    alembic("models", "upgrade", "head");

    assertThat(alembic("models", "check")).contains("No new upgrade operations detected.");
  }

  @Test
  void its_second_release_fails_halfway() throws Exception {
    database.createDatabase("halfway", "kotori");
    alembic("halfway", "upgrade", "head");
    database.execute(
        "halfway",
        """
        INSERT INTO users VALUES (1, 'jane@example.com');
        INSERT INTO reports VALUES (1, 1, 'Q3');
        INSERT INTO shares VALUES (1, 1, NULL, NULL, 'active');
        INSERT INTO share_access VALUES (1, 1, 'x@example.com', now()), (2, 1, 'x@example.com', now());
        """);
    copy(KOTORI.resolve("second-release"), backend.resolve("migrations/versions"));

    int code = run("halfway", directory.resolve("log"), "upgrade", "head");

    assertThat(code).isEqualTo(1);
    assertThat(Files.readString(directory.resolve("log")))
        .contains("could not create unique index \"uq_share_access_viewer\"");
    assertThat(strings("halfway", "SELECT version_num FROM alembic_version"))
        .containsExactly("c4f7be210a95");
  }

  private List<String> alembic(String name, String... arguments) throws Exception {
    Path log = Files.createTempFile(directory, "alembic", ".log");
    int code = run(name, log, arguments);
    assertThat(code).as(HostCommand.end(log)).isZero();
    return Files.readAllLines(log);
  }

  private int run(String name, Path log, String... arguments) throws Exception {
    String url =
        "postgresql://kotori:%s@127.0.0.1:%d/%s"
            .formatted(URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8), database.port(), name);
    List<String> command =
        new ArrayList<>(List.of(PythonEnvironment.obtain().alembic().toString()));
    command.addAll(Arrays.asList(arguments));
    Map<String, String> environment =
        Map.of(
            "PATH", "/usr/bin:/bin",
            "PYTHONPATH", backend.toString(),
            "DATABASE_URL", url,
            "SECRET_KEY", "s",
            "GOOGLE_CLOUD_PROJECT", "kotori-io",
            "GOOGLE_CLOUD_LOCATION", "us-central1",
            "ENCRYPTION_MASTER_SALT", "salt");
    try (SupervisedProcess process =
        SupervisedProcess.start(
            new SupervisedProcess.Command(
                command, environment, false, Optional.of(backend), log))) {
      return process.onExit().get();
    }
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

  private static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(it -> !it.toString().contains("__pycache__")).toList()) {
        Path copy = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }
}
