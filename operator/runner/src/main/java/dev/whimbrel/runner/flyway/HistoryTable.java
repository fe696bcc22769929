package dev.whimbrel.runner.flyway;

import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Catalog;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import dev.whimbrel.runner.tool.History;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The rows of Flyway's own table, read by ourselves: after a failure they decide what happened.
 *
 * @param schema where the table is, or would be
 * @param table its name
 * @param exists whether it is there
 * @param managed the schemas that Flyway makes where they are missing
 * @param rows in the order of installation
 */
record HistoryTable(
    String schema, String table, List<String> managed, boolean exists, List<Row> rows)
    implements History {

  HistoryTable {
    managed = List.copyOf(managed);
    rows = List.copyOf(rows);
  }

  /**
   * Reads it.
   *
   * @throws StepFailure with reason NotReadable where the user may not read it
   */
  static HistoryTable read(Job job, Session session, HistoryPlace place) throws SQLException {
    String table = place.table();
    String schema = place.schema(session);
    List<String> managed = new ArrayList<>(place.schemas());
    managed.add(schema);
    boolean exists =
        session.isTrue(
            "SELECT pg_catalog.to_regclass(pg_catalog.format('%I.%I', ?::text, ?::text)) IS NOT"
                + " NULL",
            schema, table);
    return new HistoryTable(
        schema, table, managed, exists, exists ? rows(job, session, schema, table) : List.of());
  }

  @Override
  public List<String> catalog(Session session) throws SQLException {
    return Catalog.lines(session, schema, table, managed);
  }

  /** Flyway puts the schema of its table in front of the search path. */
  @Override
  public Map<String, String> shapes(Session session, Collection<String> names) throws SQLException {
    return Catalog.shapes(session, schema, table, names, List.of(schema));
  }

  /** The rows that still hold: none says of another, or is told by another, that it is undone. */
  List<Row> standing() {
    return rows.stream().filter(row -> !row.isDeletion() && !isUndone(row)).toList();
  }

  /** The rows of versions that are in, in the order of installation. */
  List<Row> versions() {
    return standing().stream().filter(row -> row.success() && row.version() != null).toList();
  }

  /** The row that records this revision of a plan, if one does. */
  Optional<Row> row(RunnerInput.ExpectedRevision revision) {
    return find(revision).filter(Row::success);
  }

  /** The highest version that is recorded as done. */
  @Override
  public String current() {
    return versions().stream()
        .map(row -> MigrationVersion.fromVersion(row.version()))
        .max(Comparator.naturalOrder())
        .map(MigrationVersion::getVersion)
        .orElse("");
  }

  @Override
  public boolean records(RunnerInput.ExpectedRevision revision) {
    return row(revision).isPresent();
  }

  /** A row of this version or script that is not the plan's: another checksum, or a failure. */
  @Override
  public boolean contradicts(RunnerInput.ExpectedRevision revision) {
    boolean sameVersion =
        revision.version() != null
            && !revision.version().isEmpty()
            && standing().stream()
                .filter(row -> row.version() != null)
                .anyMatch(row -> sameVersion(row.version(), revision.version()));
    return sameVersion && !records(revision);
  }

  @Override
  public Optional<String> failedScript() {
    return rows.reversed().stream().filter(row -> !row.success()).map(Row::script).findFirst();
  }

  private Optional<Row> find(RunnerInput.ExpectedRevision revision) {
    boolean repeatable = revision.version() == null || revision.version().isEmpty();
    // Of a repeatable script the last row counts; a version has one row.
    return standing().reversed().stream()
        .filter(row ->
            repeatable
                ? row.version() == null && row.script().equals(revision.script())
                : row.version() != null && sameVersion(row.version(), revision.version()))
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
  record Row(
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
