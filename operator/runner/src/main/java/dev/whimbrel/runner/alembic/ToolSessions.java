package dev.whimbrel.runner.alembic;

import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.database.Connections;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.guard.WatchedSessions;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions that the tool has opened: by their name; or, where its driver does not let them be
 * called, those of our own address that came after the tool began. A pod has an address of its own;
 * behind Google's connectors and proxies it has not, so there only the name counts.
 */
final class ToolSessions implements WatchedSessions {

  private final String name;
  private final String runPrefix;
  private final boolean byAddress;
  private final Set<Integer> before = ConcurrentHashMap.newKeySet();
  private volatile boolean named;

  private ToolSessions(RunnerInput input) {
    this.name = AlembicCommand.sessionName(input);
    this.runPrefix = Connections.runPrefix(input);
    this.byAddress = input.database().by() == null;
  }

  /** The sessions that will come after now. */
  static ToolSessions after(RunnerInput input, Session session) throws SQLException {
    ToolSessions sessions = new ToolSessions(input);
    for (Seen seen : sessions.fromHere(session)) {
      sessions.before.add(seen.pid());
    }
    return sessions;
  }

  /** Those that are there now. */
  List<Seen> look(Session session) throws SQLException {
    List<Seen> here = fromHere(session);
    List<Seen> called = here.stream().filter(seen -> seen.name().equals(name)).toList();
    if (!called.isEmpty() || named) {
      named = true;
      return called;
    }
    if (!byAddress) {
      return List.of();
    }
    return here.stream()
        .filter(seen -> !before.contains(seen.pid()) && !seen.name().startsWith(runPrefix))
        .toList();
  }

  /** The other database of the same server that the tool works in, where it carries our name. */
  Optional<String> elsewhere(Session session) throws SQLException {
    return session.text(
        """
        SELECT datname FROM pg_catalog.pg_stat_activity
        WHERE application_name = ? AND datname <> pg_catalog.current_database()
        """,
        name);
  }

  /** Whether one was seen that carries our name. */
  boolean named() {
    return named;
  }

  @Override
  public List<Integer> pids(Session guard) throws SQLException {
    return look(guard).stream().map(Seen::pid).toList();
  }

  /** The tool notices by its own keepalives; the caller ends it. */
  @Override
  public void abandon() {}

  private List<Seen> fromHere(Session session) throws SQLException {
    return session.list(
        """
        SELECT pid, coalesce(application_name, ''), coalesce(wait_event, ''),
               coalesce(backend_xid::text::bigint, 0),
               coalesce(query = '<insufficient privilege>', false)
        FROM pg_catalog.pg_stat_activity
        WHERE datname = pg_catalog.current_database()
          AND pid <> pg_catalog.pg_backend_pid()
          AND (application_name = ?
               OR client_addr IS NOT DISTINCT FROM
                  pg_catalog.inet_client_addr() AND backend_type = 'client backend')
        """,
        row ->
            new Seen(
                row.getInt(1),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getBoolean(5)),
        name);
  }

  /**
   * A session.
   *
   * @param waitsFor name of the wait event; empty for none
   * @param transaction id of the transaction in which it has written something; 0 for none
   * @param hidden whether we may not see what it does, for it belongs to another role
   */
  record Seen(int pid, String name, String waitsFor, long transaction, boolean hidden) {}
}
