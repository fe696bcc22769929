package dev.whimbrel.testkit.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fake as a process: it serves until it is ended, and then leaves nothing behind. */
@Tag("google")
@Timeout(90)
class FakeGoogleCloudMainIT {

  private static final String ADDRESS = "127.0.8.1";
  private static final String URL = "jdbc:postgresql://" + ADDRESS + ":5432/orders";

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void neitherServerNorFilesOutliveTheProcess(boolean killed) throws Exception {
    Process fake = start();
    try (BufferedReader output = fake.inputReader()) {
      String ready = output.readLine();
      assertThat(ready).startsWith("ready http://" + ADDRESS + ":");
      assertThat(currentUser()).isEqualTo("orders");

      if (killed) {
        fake.destroyForcibly();
      } else {
        fake.destroy();
      }

      assertThat(fake.waitFor(30, TimeUnit.SECONDS)).isTrue();
      await().atMost(Duration.ofSeconds(30)).until(() -> instanceFiles().isEmpty());
      assertThatThrownBy(FakeGoogleCloudMainIT::currentUser).isInstanceOf(SQLException.class);
    } finally {
      fake.destroyForcibly();
    }
  }

  @Test
  void anUnknownOptionIsNamedWithTheKnownOnes() {
    assertThatThrownBy(() -> FakeGoogleCloudMain.main(new String[] {"--databse", "x"}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--databse")
        .hasMessageContaining("database");
  }

  private Process start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-Dot.epg.working-dir="
                    + Path.of(System.getProperty("java.io.tmpdir"), "embedded-pg"),
                "-cp",
                System.getProperty("java.class.path"),
                FakeGoogleCloudMain.class.getName(),
                "--instance",
                "p1:us-central1:orders",
                "--database",
                "orders",
                "--user",
                "orders",
                "--bind",
                ADDRESS,
                "--port",
                "0")
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("FAKE_DATABASE_PASSWORD", "secret");
    return builder.start();
  }

  private List<Path> instanceFiles() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(file -> file.getFileName().toString().startsWith("whimbrel-")).toList();
    }
  }

  private static String currentUser() throws SQLException {
    try (Connection connection = DriverManager.getConnection(URL, "orders", "secret");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT current_user")) {
      result.next();
      return result.getString(1);
    }
  }
}
