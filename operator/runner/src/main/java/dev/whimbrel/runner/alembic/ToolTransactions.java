package dev.whimbrel.runner.alembic;

import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The transactions in which the tool writes during one call, as another session sees them every few
 * milliseconds. A revision that was promised to be one transaction may still end it, in code that
 * no preview shows; what it committed before a failure is in then, although neither Alembic's rows
 * nor the catalog tell. A transaction that begins and ends between two looks is not seen.
 */
final class ToolTransactions {

  /**
   * A session shows the lower half of its transaction id; the server is asked by the whole: by the
   * one nearest to the snapshot's end, on either side of it, for that is only the newest
   * transaction that has ended.
   */
  private static final String STATUS =
      """
      SELECT pg_catalog.txid_status(
        CASE WHEN now.base + seen.xid - now.next > 2147483648 THEN now.base + seen.xid - 4294967296
             WHEN now.next - now.base - seen.xid > 2147483648 THEN now.base + seen.xid + 4294967296
             ELSE now.base + seen.xid END)
      FROM (SELECT next, next - next % 4294967296 AS base
            FROM (SELECT pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) AS next)
                 AS snapshot) AS now,
           (SELECT ?::bigint AS xid) AS seen
      """;

  private final ToolSessions sessions;
  private final Set<Long> writing = new LinkedHashSet<>();
  private int committed;
  private boolean hidden;
  private boolean blind;

  /** The transactions of sessions that will come after now. */
  ToolTransactions(ToolSessions sessions) {
    this.sessions = sessions;
  }

  /** Looks once. Where our session breaks, nothing more is seen; who needs it next says so. */
  void look(Session session) {
    if (blind) {
      return;
    }
    try {
      for (ToolSessions.Seen seen : sessions.look(session)) {
        hidden |= seen.hidden();
        if (seen.transaction() != 0) {
          writing.add(seen.transaction());
        }
      }
    } catch (SQLException e) {
      blind = true;
    }
  }

  /** Whether there were sessions whose transactions we may not see. */
  boolean hidden() {
    return hidden;
  }

  /**
   * Asks what became of them, once the tool has ended. To be asked before its table is read: what
   * commits in between is then recorded, and not missed.
   */
  void settle(Session session) throws SQLException {
    for (long transaction : writing) {
      if (session.text(STATUS, transaction).filter("committed"::equals).isPresent()) {
        committed++;
      }
    }
  }

  /**
   * What speaks against one unbroken transaction for each revision, in words; empty where nothing
   * does.
   *
   * @param recorded how many transactions had to commit for what the tool's table says
   */
  Optional<String> broken(int recorded) {
    if (committed > recorded) {
      return Optional.of(
          "the tool committed " + times(committed) + ", but recorded " + recorded + " revisions");
    }
    return writing.size() > recorded + 1
        ? Optional.of("the tool wrote in " + writing.size() + " transactions one after the other")
        : Optional.empty();
  }

  private static String times(int count) {
    return count == 1 ? "once" : count + " times";
  }
}
