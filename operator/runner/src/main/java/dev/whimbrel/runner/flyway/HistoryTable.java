package dev.whimbrel.runner.flyway;

import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Catalog;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The rows of Flyway's own table, read by ourselves: after a failure they decide what happened.
 *
 * @param schema where the table is, or would be
 * @param table its name
 * @param exists whether it is there
 * @param rows in the order of installation
 */
public record HistoryTable(String schema, String table, boolean exists, List<Row> rows) {

  private static final String DEFAULT_TABLE = "flyway_schema_history";

  public HistoryTable {
    rows = List.copyOf(rows);
  }

  /**
   * Reads it.
   *
   * @throws StepFailure with reason NotReadable where the user may not read it
   */
  public static HistoryTable read(Job job, Session session) throws SQLException {
    RunnerInput.Flyway settings = job.input().flyway();
    String table = tableName(settings);
    String schema = schema(settings, session);
    boolean exists =
        session.isTrue(
            "SELECT pg_catalog.to_regclass(pg_catalog.format('%I.%I', ?::text, ?::text)) IS NOT"
                + " NULL",
            schema, table);
    return new HistoryTable(
        schema, table, exists, exists ? rows(job, session, schema, table) : List.of());
  }

  static String tableName(RunnerInput.Flyway settings) {
    return settings.table() == null ? DEFAULT_TABLE : settings.table();
  }

  /** The catalog's fingerprint, which leaves out what Flyway makes for itself. */
  public String fingerprint(Job job, Session session) throws SQLException {
    List<String> managed = new ArrayList<>(job.input().flyway().schemas());
    managed.add(schema);
    return Catalog.fingerprint(session, schema, table, managed);
  }

  /** The highest version that is recorded as done; empty for none. */
  public String current() {
    return rows.stream()
        .filter(row -> row.success() && row.version() != null && !row.isDeletion())
        .filter(row -> !isUndone(row))
        .map(row -> MigrationVersion.fromVersion(row.version()))
        .max(Comparator.naturalOrder())
        .map(MigrationVersion::getVersion)
        .orElse("");
  }

  /** Whether this revision of a plan is recorded as done, with the same checksum. */
  public boolean records(RunnerInput.ExpectedRevision revision) {
    return find(revision).filter(Row::success).isPresent();
  }

  /** A row of this version or script that is not the plan's: another checksum, or a failure. */
  public boolean contradicts(RunnerInput.ExpectedRevision revision) {
    boolean sameVersion =
        revision.version() != null
            && !revision.version().isEmpty()
            && rows.stream()
                .filter(row -> row.version() != null && !row.isDeletion() && !isUndone(row))
                .anyMatch(row -> sameVersion(row.version(), revision.version()));
    return sameVersion && !records(revision);
  }

  /** Rows that say that something failed half-way. */
  public List<Row> failed() {
    return rows.stream().filter(row -> !row.success()).toList();
  }

  private Optional<Row> find(RunnerInput.ExpectedRevision revision) {
    boolean repeatable = revision.version() == null || revision.version().isEmpty();
    // Of a repeatable script the last row counts; a version has one row.
    return rows.reversed().stream()
        .filter(row ->
            repeatable
                ? row.version() == null && row.script().equals(revision.script())
                : row.version() != null && sameVersion(row.version(), revision.version()))
        .filter(row -> !row.isDeletion() && !isUndone(row))
        .findFirst()
        .filter(row -> Objects.equals(row.checksum(), revision.checksum()));
  }

  private boolean isUndone(Row row) {
    return row.version() != null
        && rows.stream()
            .anyMatch(other ->
                other.isDeletion()
                    && other.rank() > row.rank()
                    && row.version().equals(other.version()));
  }

  private static boolean sameVersion(String a, String b) {
    return MigrationVersion.fromVersion(a).equals(MigrationVersion.fromVersion(b));
  }

  private static String schema(RunnerInput.Flyway settings, Session session) throws SQLException {
    if (settings.defaultSchema() != null) {
      return settings.defaultSchema();
    }
    return settings.schemas().isEmpty()
        ? session.text("SELECT pg_catalog.current_schema()").orElse("public")
        : settings.schemas().getFirst();
  }

  private static List<Row> rows(Job job, Session session, String schema, String table)
      throws SQLException {
    String name =
        session
            .text("SELECT pg_catalog.format('%I.%I', ?::text, ?::text)", schema, table)
            .orElseThrow();
    try {
      return session.list(
          "SELECT installed_rank, version, description, type, script, checksum, success FROM "
              + name
              + " ORDER BY installed_rank",
          row ->
              new Row(
                  row.getInt(1),
                  row.getString(2),
                  row.getString(3),
                  row.getString(4),
                  row.getString(5),
                  (Integer) row.getObject(6),
                  row.getBoolean(7)));
    } catch (SQLException e) {
      if (!SqlErrors.state(e).startsWith("42")) {
        throw e;
      }
      throw StepFailure.permanent(
          "NotReadable",
          "history table "
              + name
              + " of "
              + job.databaseName()
              + " cannot be read: "
              + SqlErrors.message(e)
              + "; GRANT SELECT on it to the user, or correct"
              + " spec.source.flyway.table and defaultSchema");
    }
  }

  /**
   * A row.
   *
   * @param rank order of installation
   * @param version null for a repeatable script
   * @param type SQL, BASELINE, DELETE …
   * @param checksum null for a baseline
   */
  public record Row(
      int rank,
      String version,
      String description,
      String type,
      String script,
      Integer checksum,
      boolean success) {

    boolean isDeletion() {
      return type.equals("DELETE");
    }
  }
}
