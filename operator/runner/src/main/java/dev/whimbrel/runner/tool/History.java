package dev.whimbrel.runner.tool;

import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.util.Optional;

/** What the tool's own history in the database says: after a failure it decides what happened. */
public interface History {

  /** The revision that the database is at; empty for an empty history. */
  String current();

  /** Whether this revision of the plan is recorded as done, with the planned content. */
  boolean records(ExpectedRevision revision);

  /** Whether another content is recorded under the name of this revision of the plan. */
  boolean contradicts(ExpectedRevision revision);

  /** The script of which the history says that it failed half-way, if it says so of one. */
  Optional<String> failedScript();

  /** The catalog's fingerprint, which leaves out what the tool makes for itself. */
  String fingerprint(Session session) throws SQLException;
}
