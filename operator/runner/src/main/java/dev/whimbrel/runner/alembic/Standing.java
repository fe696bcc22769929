package dev.whimbrel.runner.alembic;

import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Where source and database stand, by the tool's word and by the database's.
 *
 * @param tool name and version
 * @param graph all revisions of the source
 * @param sighting the tool, seen in this database
 * @param rows of Alembic's table, alike for the tool and for us
 * @param from the revision that the database is at; empty for none
 */
record Standing(
    String tool, RevisionGraph graph, Sighting sighting, VersionRows rows, String from) {

  /**
   * Finds out.
   *
   * @param versionTable where Alembic's table is thought to be
   * @throws StepFailure where history or database cannot be trusted
   */
  static Standing of(Job job, AlembicCommand command, Session session, String versionTable)
      throws SQLException {
    ToolCall version = command.startLook("--version");
    RevisionGraph graph = history(command);
    String tool = version(command, version);
    HistoryCheck check = new HistoryCheck(job, graph);
    check.requireOneHead();
    Sighting sighting = Sighting.take(job, command);
    if (sighting.writes(graph).isPresent()) {
      // It is not let read either. What is rendered names the table, and is compared with this one.
      VersionRows rows = VersionRows.find(job, session, versionTable);
      return new Standing(tool, graph, sighting, rows, check.requireOneRow(rows.rows()));
    }
    List<String> seen = sighting.rows(graph);
    VersionRows rows = rows(job, session, versionTable, seen);
    return new Standing(tool, graph, sighting, rows, check.requireOneRow(seen));
  }

  /** The revisions as {@code alembic history} names them. */
  static RevisionGraph history(AlembicCommand command) {
    ToolOutput history = command.look("history", "-v");
    RevisionGraph graph = RevisionGraph.parse(history.out());
    if (!history.succeeded()) {
      throw new StepFailure(ToolError.of(history, graph).end("alembic history failed"));
    }
    return graph;
  }

  private static String version(AlembicCommand command, ToolCall call) {
    ToolOutput version = command.finish(call, "--version");
    if (!version.succeeded()) {
      throw new StepFailure(
          ToolError.of(version, RevisionGraph.parse("")).end("alembic --version failed"));
    }
    return version.out().lines().findFirst().orElse("alembic").strip();
  }

  /** Both have to read the same, in whichever table Alembic has been told to use. */
  private static VersionRows rows(Job job, Session session, String versionTable, List<String> seen)
      throws SQLException {
    VersionRows rows = VersionRows.read(job, session, versionTable);
    if (rows.rows().equals(seen)) {
      return rows;
    }
    Optional<VersionRows> elsewhere = VersionRows.search(job, session, seen);
    if (elsewhere.isPresent()) {
      return elsewhere.get();
    }
    if (seen.isEmpty()) {
      // Nothing is recorded in a table of another name, which is not there yet.
      return new VersionRows(versionTable, rows.schema(), rows.table(), List.of());
    }
    throw StepFailure.permanent(
        "DatabaseMismatch",
        "Alembic reads revision "
            + String.join(", ", seen)
            + " in its database, but "
            + job.databaseName()
            + " has \""
            + rows.current()
            + "\" in "
            + versionTable
            + ": make "
            + job.databaseField()
            + " and the URL that env.py uses name the same database, and let the user read that"
            + " table");
  }
}
