package dev.whimbrel.runner.trace;

import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import dev.whimbrel.runner.tool.Revision;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Traces the pending SQL of a plan, where the migration asks for it and it can be done. */
public final class Tracing {

  private final Job job;
  private final Session session;
  private final Trees trees;

  private Tracing(Job job, Session session, Trees trees) {
    this.job = job;
    this.session = session;
    this.trees = trees;
  }

  /**
   * What the trace adds to a plan; nothing where the Job has no server for it.
   *
   * @param session with the database, read-only; names mean what they mean there
   * @param trees of the statements
   * @param revisions in the order in which they run
   * @param found by the rules
   * @param schema of the database, as far as it is known
   * @throws SQLException where the session with the database is lost
   */
  public static Traced of(
      Job job,
      Session session,
      Trees trees,
      List<Revision> revisions,
      List<Finding> found,
      SchemaFacts schema)
      throws SQLException {
    if (job.input().trace() == null || revisions.isEmpty()) {
      return Traced.none();
    }
    try {
      return new Comparison(found, schema)
          .of(new Tracing(job, session, trees).replay(revisions, found));
    } catch (TraceImpossible e) {
      return Traced.impossible(e.getMessage());
    }
  }

  private Replay.Replayed replay(List<Revision> revisions, List<Finding> found)
      throws TraceImpossible, SQLException {
    requireContained(revisions, found);
    Database database = database();
    try (ThrowAwayServer server = ThrowAwayServer.open(job.input().trace(), job.clock())) {
      try {
        if (server.major() != database.major()) {
          throw new TraceImpossible(
              "spec.plan.trace.image is PostgreSQL "
                  + server.major()
                  + ", the database is "
                  + database.major()
                  + ": name an image of the same major version");
        }
        server.makeRoles(database.roles());
        new Structure(job).copyTo(server);
        server.execute("RESET ALL");
        server.execute(database.settings());
        return new Replay(server, trees, job.clock()).run(revisions);
      } catch (SQLException e) {
        throw new TraceImpossible("the throw-away server answers " + SqlErrors.message(e));
      }
    }
  }

  /** On a server without rules of its own nothing may run that reaches for others. */
  private static void requireContained(List<Revision> revisions, List<Finding> found)
      throws TraceImpossible {
    for (Finding finding : found) {
      if (finding.rule().equals(Rule.COPY_PROGRAM.id())) {
        throw new TraceImpossible(finding.script() + " runs a program on its server");
      }
    }
    for (Revision revision : revisions) {
      Optional<String> reach = Reach.ofAny(revision.statements());
      if (reach.isPresent()) {
        throw new TraceImpossible(
            revision.script()
                + " "
                + reach.get()
                + " may reach another server, a program or a file, so nothing of the plan was run");
      }
    }
  }

  /** What of the database the throw-away server has to be told. */
  private Database database() throws TraceImpossible, SQLException {
    try {
      if (session.isTrue(
          "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks WHERE NOT granted AND mode ="
              + " 'AccessExclusiveLock')")) {
        throw new TraceImpossible(
            "somebody waits for ACCESS EXCLUSIVE in the database, and to read its structure now"
                + " would stand in the way");
      }
      int version = (int) session.number("SELECT pg_catalog.current_setting('server_version_num')");
      List<String> roles =
          session.list(
              "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_'",
              row -> row.getString(1));
      String settings =
          session
              .text(
                  """
                  SELECT pg_catalog.format(
                    'SELECT pg_catalog.set_config(''search_path'', %L, false),'
                      || ' pg_catalog.set_config(''timezone'', %L, false)',
                    (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(name), ', ')
                       FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) name),
                    pg_catalog.current_setting('timezone'))
                  """)
              .orElseThrow();
      return new Database(version / 10_000, roles, settings);
    } catch (SQLException e) {
      if (SqlErrors.isLost(e)) {
        throw e;
      }
      throw new TraceImpossible(
          "the database does not tell what its structure needs (" + SqlErrors.message(e) + ")");
    }
  }

  /**
   * What is no part of a dump, or says how its names are meant.
   *
   * @param major version
   * @param roles that rights and policies name
   * @param settings a statement that makes names and times mean the same
   */
  private record Database(int major, List<String> roles, String settings) {}
}
