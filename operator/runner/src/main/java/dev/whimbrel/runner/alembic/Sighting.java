package dev.whimbrel.runner.alembic;

import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Connections;
import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Proves that the tool works in the database that the runner sees: while {@code current} runs, its
 * session is looked for there.
 *
 * <p>That session lives for a few milliseconds. It is therefore told to begin a deferrable
 * serializable transaction, which waits for as long as an open serializable transaction of ours
 * could disturb it (PostgreSQL, "SET TRANSACTION"): nobody else notices, and a session that waits
 * for it also proves that its driver takes options. One that does not wait is polled for.
 *
 * @param output what {@code current} printed
 * @param named whether the tool's sessions carry our name
 * @param options whether they take the options that we give
 * @param hidden whether we may not see what they do
 */
record Sighting(ToolOutput output, boolean named, boolean options, boolean hidden) {

  private static final int TRIES = 3;
  private static final long POLL_MILLIS = 4;
  private static final Duration LONGEST_HOLD = Duration.ofSeconds(30);
  private static final String SAFE_SNAPSHOT = "SafeSnapshot";
  private static final String NAMES =
      ". Behind Cloud SQL's connectors sessions are known by their name alone: where the driver"
          + " does not take it from PGAPPNAME (asyncpg), pass"
          + " server_settings={\"application_name\": os.environ[\"PGAPPNAME\"]} in env.py, or use"
          + " connect: PrivateIP";
  private static final Pattern ROW = Pattern.compile("([A-Za-z0-9_.\\-]+)((?: \\([a-z ]+\\))*)");
  private static final Pattern UNKNOWN =
      Pattern.compile("Can't locate revision identified by '([^']*)'");

  /**
   * Looks for it.
   *
   * @throws StepFailure with reason DatabaseMismatch where it is not seen in three tries
   */
  static Sighting take(Job job, AlembicCommand command) throws SQLException {
    Connections connections = Connections.of(job);
    try (Session holder = connections.readOnly();
        Session watcher = connections.watcher()) {
      for (int attempt = 1; attempt <= TRIES; attempt++) {
        Optional<Sighting> seen = attempt(job, command, holder, watcher);
        if (seen.isPresent()) {
          return seen.get();
        }
      }
    }
    throw StepFailure.permanent(
        "DatabaseMismatch",
        "while \"alembic current\" ran, no session of it was seen in "
            + job.databaseName()
            + ": it connects to another database, or through a pooler; make "
            + job.databaseField()
            + " and the URL that env.py uses name the same server and database"
            + (job.input().database().by() == null ? "" : NAMES));
  }

  private static Optional<Sighting> attempt(
      Job job, AlembicCommand command, Session holder, Session watcher) throws SQLException {
    ToolSessions sessions = ToolSessions.after(job.input(), watcher);
    // A statement first: only with a snapshot the transaction can disturb others.
    holder.execute("BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE");
    holder.text("SELECT count(*) FROM pg_catalog.pg_database");
    boolean held = true;
    boolean seen = false;
    boolean waited = false;
    boolean hidden = false;
    ToolCall call = command.startCurrent();
    try {
      Instant patience = job.clock().instant().plus(LONGEST_HOLD);
      while (!call.isOver()) {
        requireNotElsewhere(job, sessions.elsewhere(watcher), call);
        List<ToolSessions.Seen> now = sessions.look(watcher);
        seen |= !now.isEmpty();
        waited |= now.stream().anyMatch(session -> session.waitsFor().equals(SAFE_SNAPSHOT));
        hidden |= now.stream().anyMatch(ToolSessions.Seen::hidden);
        if (held && (waited || hidden || job.clock().instant().isAfter(patience))) {
          holder.execute("COMMIT");
          held = false;
        }
        if (seen && !held || job.stop().await(POLL_MILLIS)) {
          break;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (held) {
        holder.execute("COMMIT");
      }
    }
    ToolOutput output = command.finish(call, "current");
    if (!seen && !output.succeeded()) {
      throw new StepFailure(
          ToolError.of(output, RevisionGraph.parse("")).end("alembic current failed"));
    }
    return seen
        ? Optional.of(new Sighting(output, sessions.named(), waited, hidden))
        : Optional.empty();
  }

  /** Our open transaction holds up sessions in all databases of the server. */
  private static void requireNotElsewhere(Job job, Optional<String> database, ToolCall call) {
    if (database.isPresent()) {
      call.signal("TERM");
      throw StepFailure.permanent(
          "DatabaseMismatch",
          "the URL that env.py uses leads to database \""
              + database.get()
              + "\" of the same server, not to "
              + job.databaseName()
              + ": make it and "
              + job.databaseField()
              + " name the same database");
    }
  }

  /**
   * What env.py tried to write as soon as it was connected, in the words of the database, which did
   * not let it; empty where it did not try.
   */
  Optional<String> writes(RevisionGraph graph) {
    return output.succeeded()
        ? Optional.empty()
        : Optional.of(ToolError.of(output, graph))
            .filter(ToolError::isWriteWhileReadOnly)
            .map(ToolError::describe);
  }

  /**
   * The revisions that the tool reads in the database, sorted.
   *
   * @param graph for errors
   * @throws StepFailure where it cannot read them
   */
  List<String> rows(RevisionGraph graph) {
    if (output.succeeded()) {
      List<String> rows = new ArrayList<>();
      for (String line : output.out().lines().toList()) {
        Matcher row = ROW.matcher(line.strip());
        if (row.matches() && (graph.find(row.group(1)).isPresent() || !row.group(2).isEmpty())) {
          rows.add(row.group(1));
        }
      }
      return rows.stream().distinct().sorted().toList();
    }
    Matcher unknown = UNKNOWN.matcher(ToolError.failed(output));
    if (unknown.find()) {
      return List.of(unknown.group(1));
    }
    throw new StepFailure(ToolError.of(output, graph).end("alembic current failed"));
  }
}
