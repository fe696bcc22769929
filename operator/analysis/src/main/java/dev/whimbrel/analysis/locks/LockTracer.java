package dev.whimbrel.analysis.locks;

import dev.whimbrel.analysis.locks.Effect.Work;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs statements in a session with a real server, and tells what each did to the relations that
 * were there when the tracer was made: what is born later is nobody else's.
 *
 * <p>Locks and scans are those of the transaction, so they are seen where the statement runs in one
 * that is still open; of a statement that commits by itself new files and indexes are seen alone.
 *
 * @param <E> what the session throws
 */
public final class LockTracer<E extends Exception> {

  /** Relations of users, with the names of the table. */
  static final String RELATIONS =
      """
      SELECT c.oid,
             CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name,
             c.relkind IN ('i', 'I') AS is_index,
             -- A sequence is one row: a new file of it is no rewrite to wait for.
             CASE c.relkind WHEN 'S' THEN 0 ELSE c.relfilenode END AS file,
             (SELECT pg_catalog.count(*) FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid)
               AS indexes,
             (SELECT pg_catalog.string_agg(i.indexrelid::pg_catalog.text, ' ')
                FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid) AS index_oids,
             pg_catalog.pg_stat_get_xact_numscans(c.oid) AS scans
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      """;

  private static final String LOCKS =
      """
      SELECT relation, mode FROM pg_catalog.pg_locks
       WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation'
      """;

  private final TracedSession<E> session;
  private final Map<Long, Relation> first;

  /**
   * Notes what is there.
   *
   * @param session with a database that holds the relations
   */
  public LockTracer(TracedSession<E> session) throws E {
    this.session = session;
    this.first = relations();
  }

  /**
   * Runs the statement, in the transaction that is open or, where none is, in its own.
   *
   * @return what it did, tables before indexes: locks that were not held before it, and the
   *     strongest that is held on what it worked on
   * @throws E where the server refuses it
   */
  public List<Effect> trace(String sql) throws E {
    Map<Long, Relation> before = relations();
    Map<Long, Set<LockMode>> held = locks();
    session.execute(sql);
    Map<Long, Relation> after = relations();
    Map<Long, Set<LockMode>> holding = locks();
    List<Effect> effects = new ArrayList<>();
    first.entrySet().stream()
        .filter(each -> before.containsKey(each.getKey()))
        .sorted(Map.Entry.comparingByValue(Relation.TABLES_FIRST))
        .forEach(each -> {
          long oid = each.getKey();
          Set<Work> work = work(before.get(oid), after.get(oid));
          Set<LockMode> modes = holding.getOrDefault(oid, Set.of());
          boolean newly = !held.getOrDefault(oid, Set.of()).containsAll(modes);
          if (newly || !work.isEmpty()) {
            effects.add(
                new Effect(each.getValue().name(), modes.stream().max(LockMode::compareTo), work));
          }
        });
    return effects;
  }

  private static Set<Work> work(Relation before, Relation after) {
    Set<Work> work = EnumSet.noneOf(Work.class);
    if (after == null) {
      return work;
    }
    if (!before.index() && after.scans() > before.scans()) {
      work.add(Work.SCANNED);
    }
    if (after.file() != before.file()) {
      work.add(before.index() ? Work.REBUILT : Work.REWRITTEN);
    }
    if (!before.indexes().containsAll(after.indexes())) {
      work.add(Work.INDEXED);
    }
    return work;
  }

  private Map<Long, Relation> relations() throws E {
    Map<Long, Relation> relations = new HashMap<>();
    for (Map<String, String> row : session.rows(RELATIONS)) {
      relations.put(
          Long.valueOf(row.get("oid")),
          new Relation(
              row.get("name"),
              "t".equals(row.get("is_index")),
              Long.parseLong(row.get("file")),
              Optional.ofNullable(row.get("index_oids"))
                  .map(oids -> Set.of(oids.split(" ")))
                  .orElse(Set.of()),
              Long.parseLong(row.get("scans"))));
    }
    return relations;
  }

  private Map<Long, Set<LockMode>> locks() throws E {
    Map<Long, Set<LockMode>> locks = new HashMap<>();
    for (Map<String, String> row : session.rows(LOCKS)) {
      locks
          .computeIfAbsent(Long.valueOf(row.get("relation")), any -> EnumSet.noneOf(LockMode.class))
          .add(LockMode.of(row.get("mode")));
    }
    return locks;
  }

  private record Relation(String name, boolean index, long file, Set<String> indexes, long scans) {

    private static final Comparator<Relation> TABLES_FIRST =
        Comparator.comparing(Relation::index).thenComparing(Relation::name);
  }
}
