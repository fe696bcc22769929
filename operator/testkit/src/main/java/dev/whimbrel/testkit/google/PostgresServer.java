package dev.whimbrel.testkit.google;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * A real PostgreSQL on one data directory, which can be copied while it runs and replaced while it
 * is stopped. Roles log in with their passwords, as on Cloud SQL.
 */
final class PostgresServer implements InstanceData {

  /** Password of the role {@code postgres}. */
  static final String ADMIN_PASSWORD = "fake-admin";

  /**
   * Passwords are checked, or tests of wrong ones would prove nothing. Users of IAM have none: see
   * {@link IamLogin}.
   */
  private static final String HBA =
      """
      local all all scram-sha-256
      host all +%1$s %2$s/32 trust
      host all +%1$s all reject
      host all all all scram-sha-256
      """
          .formatted(IamLogin.GROUP, IamLogin.ADDRESS);

  /** Ends the server, even one that is starting, and removes its files once this JVM is gone. */
  private static final String WATCH =
      """
      trap '' INT TERM HUP
      if read -r closed; then exit 0; fi
      for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
        [ -n "$pid" ] && kill -s QUIT "$pid" 2>/dev/null && break
        sleep 0.25
      done
      sleep 1
      rm -rf "$1"
      """;

  private final Path home;
  private final int port;
  private final Process watcher;
  private EmbeddedPostgres server;

  private PostgresServer(Path home, int port, Process watcher) {
    this.home = home;
    this.port = port;
    this.watcher = watcher;
  }

  /** Creates the data directory in {@code home}, which is removed at the end, and starts. */
  static PostgresServer create(Path home) throws IOException {
    Files.createDirectories(home);
    Process watcher =
        new ProcessBuilder("sh", "-c", WATCH, "watch", home.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    PostgresServer created = new PostgresServer(home, freePort(), watcher);
    try {
      created.start();
      created.demandPasswords();
      return created;
    } catch (IOException | SQLException | RuntimeException e) {
      created.close();
      throw new IOException("PostgreSQL did not start in " + home + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<Integer> serverPort() {
    return Optional.of(port);
  }

  @Override
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database), "postgres", ADMIN_PASSWORD);
  }

  /**
   * Copies the data directory into {@code target} while the server runs (a low-level base backup:
   * PostgreSQL manual 25.3.4). The copy holds all that was committed before the call.
   */
  @Override
  public void backUpTo(Path target) throws IOException, SQLException {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_backup_start('fake', fast => true)");
      DataDirectory.copy(data(), target, List.of("pg_wal", "pg_replslot", "pg_stat_tmp"));
      try (ResultSet stop =
          statement.executeQuery(
              "SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)")) {
        stop.next();
        Files.writeString(target.resolve("backup_label"), stop.getString(1));
      }
      // The copy is consistent only once the log up to here is replayed.
      DataDirectory.copy(data().resolve("pg_wal"), target.resolve("pg_wal"), List.of());
    }
  }

  /** Replaces everything by the copy in {@code source}; every session is cut off. */
  @Override
  public void restoreFrom(Path source) throws IOException {
    stop();
    DataDirectory.delete(data());
    DataDirectory.copy(source, data(), List.of());
    start();
  }

  /** Stops it and removes its files. */
  @Override
  public void close() throws IOException {
    // Told nothing before its pipe closes, the watcher finishes what failed here.
    try (OutputStream pipe = watcher.getOutputStream()) {
      stop();
      DataDirectory.delete(home);
      pipe.write('\n');
    }
  }

  private void start() throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setDataDirectory(data())
            .setCleanDataDirectory(false)
            .setPort(port)
            // Two who stop it at once get in each other's way; the watcher is enough.
            .setRegisterShutdownHook(false)
            .setConnectConfig("password", ADMIN_PASSWORD)
            .setServerConfig("max_connections", "100")
            .setServerConfig("fsync", "off")
            // A backup copies the log last; nothing of it may be recycled before.
            .setServerConfig("wal_keep_size", "256MB")
            .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
            .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
            .start();
  }

  private void stop() throws IOException {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  private void demandPasswords() throws SQLException, IOException {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER ROLE postgres PASSWORD '" + ADMIN_PASSWORD + "'");
      Files.write(data().resolve("pg_hba.conf"), HBA.getBytes(StandardCharsets.UTF_8));
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  private Path data() {
    return home.resolve("data");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
