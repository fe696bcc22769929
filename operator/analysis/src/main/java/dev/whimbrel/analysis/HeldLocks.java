package dev.whimbrel.analysis;

import dev.whimbrel.analysis.locks.LockMode;
import dev.whimbrel.analysis.locks.RelationLock;
import dev.whimbrel.analysis.locks.RelationLock.Part;
import dev.whimbrel.analysis.locks.StatementLocks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The locks for which users wait that a transaction has taken, in order; it holds them all. */
final class HeldLocks {

  /** From readers before writers and tables before indexes to indexes that nobody writes. */
  private static final int RANKS = 4;

  /** By the relation, its strictest. */
  private final Map<String, Held> all = new LinkedHashMap<>();

  private final List<RelationLock> unreadable = new ArrayList<>();
  private final UnseenRelations unseen;

  HeldLocks() {
    this.unseen = new UnseenRelations();
  }

  private HeldLocks(HeldLocks other) {
    unseen = other.unseen.copy();
    all.putAll(other.all);
    unreadable.addAll(other.unreadable);
  }

  HeldLocks copy() {
    return new HeldLocks(this);
  }

  /** A statement has run. What works in several transactions holds nothing to the end of one. */
  void take(StatementLocks locks, int line) {
    if (!locks.waitsFor().isEmpty()) {
      return;
    }
    boolean several = isOfSeveral();
    for (RelationLock lock : locks.locks()) {
      if (lock.mode().blocksWriters() && !unseen.contains(lock)) {
        Held held = new Held(lock, !locks.atMost() || lock.part() == Part.SUBJECT, line);
        all.merge(lock.relation(), held, Held::stricter);
        if (!several && isOfTable(lock) && unreadable.stream().noneMatch(lock::mayBe)) {
          unreadable.add(lock);
        }
      }
    }
  }

  /** A statement of the script has run; nobody waits for what it made. */
  void note(Node node) {
    unseen.note(node);
  }

  private static boolean isOfTable(RelationLock lock) {
    return lock.part() == Part.SUBJECT && lock.mode().blocksReaders();
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** The worst that others wait for but for what a statement itself locks as strictly. */
  Optional<Held> besides(StatementLocks now) {
    return IntStream.range(0, RANKS)
        .boxed()
        .flatMap(rank -> all.values().stream().filter(held -> held.rank() == rank))
        .filter(held -> now.locks().stream().noneMatch(held::isTakenBy))
        .findFirst();
  }

  /** Whether nobody reads several tables that statements were about. */
  boolean isOfSeveral() {
    return unreadable.size() > 1;
  }

  /** The first of the tables that statements were about and that nobody reads. */
  List<RelationLock> unreadable() {
    return List.copyOf(unreadable);
  }

  /**
   * One of them.
   *
   * @param sure whether it was taken at all, as far as is known
   * @param line of the statement that took it
   */
  record Held(RelationLock lock, boolean sure, int line) {

    /** Whether nobody reads meanwhile, and not only nobody writes. */
    boolean stopsReaders() {
      return lock.mode().blocksReaders();
    }

    private Held stricter(Held later) {
      return later.lock.mode().compareTo(lock.mode()) > 0 ? later : this;
    }

    private boolean isTakenBy(RelationLock other) {
      return lock.mayBe(other) && other.mode().compareTo(lock.mode()) >= 0;
    }

    private int rank() {
      return (stopsReaders() ? 0 : 2) + (lock.part() == Part.INDEX ? 1 : 0);
    }

    /** Who waits, for which lock of which line. */
    String text() {
      String who =
          lock.part() == Part.INDEX
              ? "nobody plans a query with "
              : stopsReaders() ? "nobody reads or writes " : "nobody writes ";
      LockMode mode = lock.mode();
      return who
          + lock.relation()
          + ", locked "
          + (sure ? "" : "at most ")
          + mode.sql()
          + " by line "
          + line
          + " of this transaction";
    }
  }
}
