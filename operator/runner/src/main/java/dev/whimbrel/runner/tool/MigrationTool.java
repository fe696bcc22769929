package dev.whimbrel.runner.tool;

import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A tool that carries out revisions and keeps a history of them in the database. There is one per
 * Job, for all of its steps. What INSPECT and VERIFY ask needs the database alone: the tool itself
 * is not in their pods.
 */
public interface MigrationTool extends AutoCloseable {

  /** How messages call it. */
  String name();

  /**
   * Opens the source, and the tool with it. A second call in the same Job gives a source that can
   * be used as well; all end with {@link #close}.
   *
   * @throws StepFailure where the source is not there or is refused, or the tool does not begin
   */
  OpenSource open();

  /**
   * Reads the history.
   *
   * @param plan the plan whose progress is asked for: where its settings say where the history is,
   *     they count, whatever the spec says by now; empty where there is no plan
   * @throws StepFailure where the user may not read it
   */
  History history(Session session, Optional<ExpectedPlan> plan) throws SQLException;

  /** Whether a revision of the plan that is not recorded has left nothing at all. */
  boolean isAtomic(ExpectedRevision revision, ExpectedPlan plan);

  /**
   * Whether the source proves that a revision changes nothing but indexes, so that an unchanged
   * catalog proves that it has changed nothing at all. False where the source is not there.
   */
  boolean changesIndexesOnly(ExpectedRevision revision);

  /**
   * Sessions of the run that the tool has opened and that are still there, in words, beyond those
   * that carry the run's application name.
   *
   * @param watcher a session of the user that logged in, for looking at others
   */
  default Optional<String> leftBehind(Session watcher) throws SQLException {
    return Optional.empty();
  }

  /** Ends what {@link #open} began. */
  @Override
  void close();
}
