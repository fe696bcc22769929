package dev.whimbrel.runner.alembic;

import dev.whimbrel.analysis.Trees;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Revisions that one call of Alembic carries out.
 *
 * @param ids in order
 * @param target what is given to the command
 * @param rows of Alembic's table afterwards
 * @param transactional whether a lock that is not free leaves nothing behind
 * @param showsInCatalog whether the catalog would tell of anything that is left behind
 */
record Stretch(
    List<String> ids,
    String target,
    Set<String> rows,
    boolean transactional,
    boolean showsInCatalog) {

  Stretch {
    ids = List.copyOf(ids);
    rows = Set.copyOf(rows);
  }

  /**
   * The stretches of an upgrade: as many transactional revisions together as Alembic can reach by
   * one target, any other alone.
   *
   * @param trees of their statements
   * @param from where the database is; empty for nowhere
   */
  static List<Stretch> upgrades(
      Trees trees, RevisionGraph graph, String from, List<RenderedRevision> revisions) {
    List<Stretch> stretches = new ArrayList<>();
    Set<String> in = new HashSet<>(from.isEmpty() ? Set.of() : Set.of(from));
    int begin = 0;
    while (begin < revisions.size()) {
      int end = end(trees, graph, revisions, begin);
      List<RenderedRevision> part = revisions.subList(begin, end + 1);
      List<String> ids = part.stream().map(r -> r.node().id()).toList();
      in.addAll(ids);
      stretches.add(
          new Stretch(
              ids,
              ids.getLast(),
              graph.rows(in),
              revisions.get(begin).transactional(trees),
              part.stream().allMatch(revision -> revision.showsInCatalog(trees))));
      begin = end + 1;
    }
    return stretches;
  }

  /** The last revision from here on that needs all between, none of which leaves a transaction. */
  private static int end(
      Trees trees, RevisionGraph graph, List<RenderedRevision> revisions, int begin) {
    int end = begin;
    List<String> between = new ArrayList<>();
    for (int i = begin; i < revisions.size() && revisions.get(i).transactional(trees); i++) {
      String id = revisions.get(i).node().id();
      if (graph.withAncestors(List.of(id)).containsAll(between)) {
        end = i;
      }
      between.add(id);
    }
    return end;
  }

  /**
   * The stretches of a downgrade.
   *
   * @param trees of their statements
   * @param revisions newest first, each following the next
   * @param to the revision below the last; empty for none
   */
  static List<Stretch> downgrades(Trees trees, List<RenderedRevision> revisions, String to) {
    List<Stretch> stretches = new ArrayList<>();
    int begin = 0;
    while (begin < revisions.size()) {
      int end = begin;
      boolean transactional = revisions.get(begin).transactional(trees);
      while (transactional
          && end + 1 < revisions.size()
          && revisions.get(end + 1).transactional(trees)) {
        end++;
      }
      List<RenderedRevision> part = revisions.subList(begin, end + 1);
      List<String> ids = part.stream().map(r -> r.node().id()).toList();
      String below = end + 1 < revisions.size() ? revisions.get(end + 1).node().id() : to;
      stretches.add(
          new Stretch(
              ids,
              below.isEmpty() ? "base" : below,
              below.isEmpty() ? Set.of() : Set.of(below),
              transactional,
              part.stream().allMatch(revision -> revision.showsInCatalog(trees))));
      begin = end + 1;
    }
    return stretches;
  }
}
