package dev.whimbrel.runner.tool;

import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import dev.whimbrel.runner.database.Catalog;
import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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

  /** The catalog, one fact a line, which leaves out what the tool makes for itself. */
  List<String> catalog(Session session) throws SQLException;

  /**
   * Fingerprints of some relations, without what the tool makes for itself.
   *
   * @param names as statements of the tool write them, or as an earlier answer has them
   */
  Map<String, String> shapes(Session session, Collection<String> names) throws SQLException;

  /** Whether what a plan touches has the shape that it had when the plan was made. */
  default boolean isAsPlanned(Session session, ExpectedPlan plan) throws SQLException {
    return plan.relations().isEmpty()
        ? fingerprint(session).equals(plan.fingerprint())
        : shapes(session, plan.relations().keySet()).equals(plan.relations());
  }

  /** The fingerprint of {@link #catalog}. */
  default String fingerprint(Session session) throws SQLException {
    return Catalog.fingerprint(catalog(session));
  }
}
