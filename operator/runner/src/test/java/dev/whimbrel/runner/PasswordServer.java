package dev.whimbrel.runner;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;

/** Makes the server ask all but its superuser for passwords, which it does not, until closed. */
public final class PasswordServer implements AutoCloseable {

  private final Path file;
  private final String before;

  /** Begins to ask. */
  public PasswordServer() throws Exception {
    try (Connection connection = RunnerHarness.server().connect("postgres");
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SHOW hba_file")) {
      rows.next();
      file = Path.of(rows.getString(1));
    }
    before = Files.readString(file);
    Files.writeString(
        file, "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
    RunnerHarness.server().execute("postgres", "SELECT pg_reload_conf()");
  }

  @Override
  public void close() throws Exception {
    Files.writeString(file, before);
    RunnerHarness.server().execute("postgres", "SELECT pg_reload_conf()");
  }
}
