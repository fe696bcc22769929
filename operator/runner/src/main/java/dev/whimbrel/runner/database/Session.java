package dev.whimbrel.runner.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One session with the database, and short ways to ask it. */
public final class Session implements AutoCloseable {

  private final Connection connection;
  private final int pid;

  Session(Connection connection) throws SQLException {
    this.connection = connection;
    this.pid = Integer.parseInt(text("SELECT pg_catalog.pg_backend_pid()").orElseThrow());
  }

  /** Process id of its backend. */
  public int pid() {
    return pid;
  }

  /** The JDBC connection. */
  public Connection connection() {
    return connection;
  }

  /** Runs a statement. */
  public void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of the first row as text; empty for no row or NULL. */
  public Optional<String> text(String sql, Object... parameters) throws SQLException {
    List<Optional<String>> rows =
        list(sql, row -> Optional.ofNullable(row.getString(1)), parameters);
    return rows.isEmpty() ? Optional.empty() : rows.getFirst();
  }

  /** Whether the first column of the first row is true. */
  public boolean isTrue(String sql, Object... parameters) throws SQLException {
    return text(sql, parameters).filter("t"::equals).isPresent();
  }

  /** The first column of the first row as a number; 0 for no row or NULL. */
  public long number(String sql, Object... parameters) throws SQLException {
    return text(sql, parameters).map(Long::parseLong).orElse(0L);
  }

  /** All rows. */
  public <T> List<T> list(String sql, RowReader<T> reader, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        List<T> list = new ArrayList<>();
        while (rows.next()) {
          list.add(reader.read(rows));
        }
        return list;
      }
    }
  }

  /** Changes a setting for the rest of the session. */
  public void set(String setting, String value) throws SQLException {
    text("SELECT pg_catalog.set_config(?, ?, false)", setting, value);
  }

  /** Asks with a schema in front of the search path, as a tool puts it there. */
  public <T> T withSchemaFirst(String schema, Question<T> question) throws SQLException {
    String path = text("SELECT pg_catalog.current_setting('search_path')").orElse("");
    text(
        "SELECT pg_catalog.set_config('search_path', pg_catalog.quote_ident(?) || ', ' || ?,"
            + " false)",
        schema,
        path.isEmpty() ? "pg_catalog" : path);
    try {
      return question.ask();
    } finally {
      set("search_path", path);
    }
  }

  /** Whether it is known to have ended. */
  public boolean isClosed() throws SQLException {
    return connection.isClosed();
  }

  /** Frees a thread that waits for an answer on it, without asking the server. */
  public void abandon() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // It is gone already.
    }
  }

  /** Closes it; a session that is broken already is closed too. */
  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is gone either way; client_connection_check_interval ends the backend.
    }
  }

  /** Something that is asked. */
  public interface Question<T> {

    /** Asks it. */
    T ask() throws SQLException;
  }

  /** Makes a value of a row. */
  public interface RowReader<T> {

    /** Reads the current row. */
    T read(ResultSet row) throws SQLException;
  }
}
