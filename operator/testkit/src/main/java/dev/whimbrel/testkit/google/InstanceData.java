package dev.whimbrel.testkit.google;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** What an instance holds: the contents of backups. */
interface InstanceData extends AutoCloseable {

  /** Port of the server on the loopback interface; empty where there is none. */
  Optional<Integer> serverPort();

  /** A connection of the administrator. */
  Connection connect(String database) throws SQLException;

  /** Copies everything into a directory that does not exist yet, while the server runs. */
  void backUpTo(Path target) throws IOException, SQLException;

  /** Replaces everything by such a copy. */
  void restoreFrom(Path source) throws IOException;

  /** Stops the server and removes everything, the copies too. */
  @Override
  void close() throws IOException;

  /** No server: backups are empty directories. For tests of the API alone. */
  static InstanceData none(Path home) {
    return new InstanceData() {
      @Override
      public Optional<Integer> serverPort() {
        return Optional.empty();
      }

      @Override
      public Connection connect(String database) throws SQLException {
        throw new SQLException("this fake instance was created without a PostgreSQL server");
      }

      @Override
      public void backUpTo(Path target) throws IOException {
        Files.createDirectories(target);
      }

      @Override
      public void restoreFrom(Path source) {}

      @Override
      public void close() throws IOException {
        DataDirectory.delete(home);
      }
    };
  }
}
