package dev.whimbrel.analysis.locks;

import dev.whimbrel.analysis.locks.Effect.Work;
import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs statements that work in several transactions of their own. Other sessions stand in their way
 * and step aside as soon as they are waited for; one more looks at pg_locks all the while, from
 * another database, so that nobody waits for its snapshot. Each of its commits is made to last, so
 * that no lock that is held to the end of a transaction can be missed; where one is missed all the
 * same, the statement runs again. Scans are not counted, and ACCESS SHARE, which is taken and
 * released all the time, is left out.
 */
final class ConcurrentTracer implements AutoCloseable {

  private static final int RUNS = 3;
  private static final Pattern TABLE = Pattern.compile("\\b(t|parts|ranges)\\b");

  /** Who stands in the way of a statement on a table, and what they do. */
  private static final Map<String, String> BLOCKERS = new LinkedHashMap<>();

  static {
    BLOCKERS.put("writers", "BEGIN; LOCK TABLE %s IN ROW EXCLUSIVE MODE");
    BLOCKERS.put("readers", "BEGIN; LOCK TABLE %s IN ACCESS SHARE MODE");
    BLOCKERS.put("snapshots", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM other.o");
  }

  /** PostgreSQL holds its locks while it waits here: in microseconds, for VACUUM milliseconds. */
  private static final String SLOWLY =
      "SET synchronous_commit = on; SET commit_siblings = 0; SET commit_delay = 30000;"
          + " SET vacuum_cost_limit = 1; SET vacuum_cost_delay = 30";

  /** Whom a session waits for; between its transactions, where not for a lock on a relation. */
  private static final String WAITS =
      """
      SELECT unnest(pg_blocking_pids(l.pid)) AS pid, l.locktype = 'virtualxid' AS between
        FROM pg_locks l WHERE l.pid = %d AND NOT l.granted
      """;

  private final EmbeddedDatabase server;
  private final String fixture;
  private final String reset;
  private final Connection watcher;

  /**
   * @param server with {@code fsync = on}: otherwise no commit waits
   * @param fixture a database with the relations of the schema
   * @param schema makes them
   */
  ConcurrentTracer(EmbeddedDatabase server, String fixture, String schema) throws SQLException {
    this.server = server;
    this.fixture = fixture;
    this.reset =
        "DROP PUBLICATION pub; DROP SCHEMA public, other, vacant CASCADE; DROP ROLE another,"
            + " unneeded; CREATE SCHEMA public; "
            + schema;
    this.watcher = server.connect("postgres");
    execute(
        watcher,
        """
        CREATE FUNCTION look(worker int) RETURNS text[] LANGUAGE plpgsql AS $$
        DECLARE seen text[] := '{}'; one text;
        BEGIN
          FOR i IN 1..100 LOOP
            FOR one IN SELECT relation || ' ' || mode FROM pg_locks
                        WHERE pid = worker AND locktype = 'relation'
                          AND mode <> 'AccessShareLock' LOOP
              IF one <> ALL (seen) THEN seen := seen || one; END IF;
            END LOOP;
          END LOOP;
          RETURN seen;
        END $$
        """);
  }

  /**
   * What the statement does.
   *
   * @param expected where nothing else is seen, it is not run again
   */
  List<String> trace(String sql, Optional<List<String>> expected) throws Exception {
    Map<String, LockMode> locks = new TreeMap<>();
    List<String> seen = List.of();
    for (int run = 0; run < RUNS && (run == 0 || !isExpected(seen, expected)); run++) {
      seen = run(sql, locks);
    }
    return seen;
  }

  private static boolean isExpected(List<String> seen, Optional<List<String>> expected) {
    return expected.filter(lines -> Set.copyOf(lines).equals(Set.copyOf(seen))).isPresent();
  }

  private List<String> run(String sql, Map<String, LockMode> locks) throws Exception {
    Matcher subject = TABLE.matcher(sql);
    String table = subject.find() ? subject.group() : "t";
    Map<Integer, Map.Entry<String, Connection>> blockers = new HashMap<>();
    try (ExecutorService thread = Executors.newSingleThreadExecutor();
        Connection worker = server.connect(fixture)) {
      execute(worker, reset);
      execute(worker, SLOWLY);
      int pid = pid(worker);
      Map<Long, Relation> before = relations(worker);
      for (Map.Entry<String, String> blocker : BLOCKERS.entrySet()) {
        Connection connection = server.connect(fixture);
        blockers.put(pid(connection), Map.entry(blocker.getKey(), connection));
        execute(connection, blocker.getValue().formatted(table));
      }
      Future<?> done =
          thread.submit(() -> {
            execute(worker, sql);
            return null;
          });
      List<String> waits = new ArrayList<>();
      while (!done.isDone()) {
        look(pid, before, locks);
        step(pid, blockers, waits);
      }
      try {
        done.get();
      } catch (ExecutionException e) {
        return List.of("refused " + ((SQLException) e.getCause()).getSQLState());
      }
      return lines(locks, before, relations(worker), waits);
    } finally {
      for (Map.Entry<String, Connection> blocker : blockers.values()) {
        blocker.getValue().close();
      }
    }
  }

  private void look(int pid, Map<Long, Relation> before, Map<String, LockMode> locks)
      throws SQLException {
    try (Statement statement = watcher.createStatement();
        ResultSet rows = statement.executeQuery("SELECT unnest(look(" + pid + "))")) {
      while (rows.next()) {
        String[] lock = rows.getString(1).split(" ");
        Relation relation = before.get(Long.valueOf(lock[0]));
        if (relation != null) {
          locks.merge(relation.name(), LockMode.of(lock[1]), (a, b) -> a.compareTo(b) >= 0 ? a : b);
        }
      }
    }
  }

  /** Whoever is waited for steps aside. */
  private void step(
      int pid, Map<Integer, Map.Entry<String, Connection>> blockers, List<String> waits)
      throws SQLException {
    Set<Integer> inTheWay = new LinkedHashSet<>();
    boolean between = false;
    try (Statement statement = watcher.createStatement();
        ResultSet rows = statement.executeQuery(WAITS.formatted(pid))) {
      while (rows.next()) {
        inTheWay.add(rows.getInt("pid"));
        between |= rows.getBoolean("between");
      }
    }
    for (String kind : BLOCKERS.keySet()) {
      for (int other : inTheWay) {
        Map.Entry<String, Connection> blocker = blockers.get(other);
        if (blocker != null && blocker.getKey().equals(kind)) {
          if (between) {
            waits.add(kind);
          }
          execute(blocker.getValue(), "COMMIT");
          return;
        }
      }
    }
  }

  private static List<String> lines(
      Map<String, LockMode> locks,
      Map<Long, Relation> before,
      Map<Long, Relation> after,
      List<String> waits) {
    Map<String, Relation> now = byName(after);
    List<String> lines = new ArrayList<>();
    for (boolean index : List.of(false, true)) {
      for (Relation relation : byName(before).values()) {
        Effect effect =
            new Effect(
                relation.name(),
                Optional.ofNullable(locks.get(relation.name())),
                work(relation, now.get(relation.name())));
        if (relation.index() == index && (effect.lock().isPresent() || !effect.work().isEmpty())) {
          lines.add(effect.toString());
        }
      }
    }
    if (!waits.isEmpty()) {
      lines.add(
          "waits for "
              + String.join(", ", BLOCKERS.keySet().stream().filter(waits::contains).toList()));
    }
    return lines;
  }

  private static Map<String, Relation> byName(Map<Long, Relation> relations) {
    Map<String, Relation> names = new TreeMap<>();
    relations.values().forEach(relation -> names.put(relation.name(), relation));
    return names;
  }

  private static Set<Work> work(Relation before, Relation after) {
    Set<Work> work = EnumSet.noneOf(Work.class);
    if (after != null && before.file() != after.file()) {
      work.add(before.index() ? Work.REBUILT : Work.REWRITTEN);
    }
    if (after != null && after.indexes() > before.indexes()) {
      work.add(Work.INDEXED);
    }
    return work;
  }

  private static Map<Long, Relation> relations(Connection connection) throws SQLException {
    Map<Long, Relation> relations = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(LockTracer.RELATIONS)) {
      while (rows.next()) {
        relations.put(
            rows.getLong("oid"),
            new Relation(
                rows.getString("name"),
                rows.getBoolean("is_index"),
                rows.getLong("file"),
                rows.getInt("indexes")));
      }
    }
    return relations;
  }

  private static int pid(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    watcher.close();
  }

  private record Relation(String name, boolean index, long file, int indexes) {}
}
