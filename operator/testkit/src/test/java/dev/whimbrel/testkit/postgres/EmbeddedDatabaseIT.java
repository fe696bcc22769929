package dev.whimbrel.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("postgres")
class EmbeddedDatabaseIT {

  private static final String PASSWORD = "it's \"odd\" %41";
  private static EmbeddedDatabase database;

  @BeforeAll
  static void start() {
    database = EmbeddedDatabase.start();
    database.createRole("owner", PASSWORD);
    database.createDatabase("app", "owner");
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @Test
  void it_is_postgresql_17() throws SQLException {
    try (Connection connection = database.connect("app", "owner", PASSWORD)) {
      assertThat(connection.getMetaData().getDatabaseMajorVersion()).isEqualTo(17);
    }
  }

  @Test
  void a_restart_ends_sessions_and_keeps_port_and_data() throws SQLException {
    database.execute("app", "CREATE TABLE kept AS SELECT 7 AS n");
    int port = database.port();
    try (Connection before = database.connect("app")) {

      database.restart();

      assertThat(database.port()).isEqualTo(port);
      assertThat(query(database.connect("app"), "SELECT n FROM kept")).isEqualTo("7");
      assertThatThrownBy(() -> query(before, "SELECT 1")).hasCauseInstanceOf(SQLException.class);
    }
  }

  @Test
  void a_cut_connection_fails_and_a_new_one_works() throws SQLException {
    try (TcpProxy proxy = TcpProxy.start("127.0.0.1", 0, database.port());
        Connection connection = through(proxy)) {
      assertThat(query(connection, "SELECT 1")).isEqualTo("1");

      proxy.cut();

      assertThatThrownBy(() -> query(connection, "SELECT 1"))
          .hasCauseInstanceOf(SQLException.class);
      assertThat(query(through(proxy), "SELECT 2")).isEqualTo("2");
    }
  }

  @Test
  void a_hanging_network_holds_the_answer_back_until_it_forwards_again() throws Exception {
    try (TcpProxy proxy = TcpProxy.start("127.0.0.1", 0, database.port());
        Connection connection = through(proxy)) {
      proxy.hang();

      CompletableFuture<String> answer =
          CompletableFuture.supplyAsync(() -> query(connection, "SELECT 3"));

      assertThatThrownBy(() -> answer.get(200, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      proxy.forward();
      assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("3");
    }
  }

  @Test
  void a_refusing_proxy_takes_no_new_connection_and_keeps_the_old_ones() throws SQLException {
    try (TcpProxy proxy = TcpProxy.start("127.0.0.1", 0, database.port());
        Connection connection = through(proxy)) {
      proxy.refuse();

      assertThat(query(connection, "SELECT 4")).isEqualTo("4");
      assertThatThrownBy(() -> through(proxy)).hasMessageContaining("refused");
      proxy.forward();
      assertThat(query(through(proxy), "SELECT 5")).isEqualTo("5");
    }
  }

  @Test
  void a_proxy_is_an_instance_with_an_address_of_its_own() throws SQLException {
    try (TcpProxy proxy = TcpProxy.start("127.0.0.7", 0, database.port())) {
      assertThat(query(through(proxy), "SELECT 6")).isEqualTo("6");
    }
  }

  private static Connection through(TcpProxy proxy) throws SQLException {
    DriverManager.setLoginTimeout((int) Duration.ofSeconds(10).toSeconds());
    return DriverManager.getConnection(
        "jdbc:postgresql://" + proxy.address() + ":" + proxy.port() + "/app", "owner", PASSWORD);
  }

  private static String query(Connection connection, String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
