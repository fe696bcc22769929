package dev.whimbrel.analysis.locks;

import dev.whimbrel.analysis.locks.Effect.Work;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a statement of a plan does to a relation that others use.
 *
 * @param relation its name, or in words where only the catalog knows it
 * @param mode the strongest lock, held until the transaction ends
 * @param work what is done under it that takes as long as the relation is large; empty for none
 * @param rows whether it locks rows beside, until the transaction ends
 * @param extent how large the relation is
 * @param part what the relation is to the statement
 */
public record RelationLock(
    String relation, LockMode mode, Set<Work> work, Rows rows, Extent extent, Part part) {

  /** What a relation is to the statement that locks it. */
  public enum Part {
    /** The table that it is about. */
    SUBJECT,
    /** A relation that goes with that, or one that is no table. */
    OTHER,
    /** An index: who plans a query of its table locks it, too. */
    INDEX
  }

  /** How much of a relation there is to work on. */
  public enum Extent {
    /** It held no row when the plan was made. */
    EMPTY,
    UNKNOWN,
    /** It is small enough that no rule of size speaks of it. */
    MODERATE,
    LARGE
  }

  /** Which rows are locked beside the relation. */
  public enum Rows {
    /** Only such as nobody else sees yet. */
    NONE(""),
    /** Those that the statement names, by a key or one by one. */
    NAMED("and the rows that it names"),
    /** Those that a condition chooses, which may be many. */
    SOME("and the rows that it chooses"),
    ALL("and all of its rows");

    private final String words;

    Rows(String words) {
      this.words = words;
    }
  }

  public RelationLock {
    work = work.isEmpty() ? Set.of() : Set.copyOf(work);
  }

  /** The same relation, under both. */
  RelationLock and(RelationLock other) {
    Set<Work> both = EnumSet.noneOf(Work.class);
    both.addAll(work);
    both.addAll(other.work);
    return new RelationLock(
        relation,
        mode.compareTo(other.mode) >= 0 ? mode : other.mode,
        both,
        rows.compareTo(other.rows) >= 0 ? rows : other.rows,
        extent.compareTo(other.extent) >= 0 ? extent : other.extent,
        part.compareTo(other.part) <= 0 ? part : other.part);
  }

  /** Whether it may be of the same relation: a name without a schema may be in any. */
  public boolean mayBe(RelationLock other) {
    return relation.equals(other.relation)
        || isName(relation)
            && isName(other.relation)
            && (relation.endsWith("." + other.relation) || other.relation.endsWith("." + relation));
  }

  private static boolean isName(String relation) {
    return relation.indexOf(' ') < 0;
  }

  /** Whether the statement takes as long as the relation is large, whoever waits for it. */
  public boolean lasts() {
    return extent != Extent.EMPTY && (!work.isEmpty() || rows == Rows.SOME || rows == Rows.ALL);
  }

  /** Who waits for it, and for how long. */
  public Waiting waiting() {
    boolean blocks = mode.blocksWriters();
    boolean lasts = blocks ? !work.isEmpty() : rows == Rows.SOME || rows == Rows.ALL;
    if (!lasts) {
      return blocks || rows == Rows.NAMED ? Waiting.MOMENT : Waiting.NOBODY;
    }
    return switch (extent) {
      case EMPTY -> Waiting.MOMENT;
      case UNKNOWN, MODERATE -> Waiting.LONG;
      case LARGE -> Waiting.VERY_LONG;
    };
  }

  /** As {@code ACCESS EXCLUSIVE on users, all of it read}. */
  String text() {
    List<String> told = new ArrayList<>();
    told.add(mode.sql() + " on " + relation);
    if (work.contains(Work.REWRITTEN)) {
      told.add(
          work.contains(Work.REBUILT) ? "written anew with its indexes" : "all of it written anew");
    } else {
      if (work.contains(Work.SCANNED)) {
        told.add("all of it read");
      }
      if (work.contains(Work.REBUILT)) {
        told.add("rebuilt");
      }
    }
    if (work.contains(Work.INDEXED)) {
      told.add("an index built");
    }
    if (rows != Rows.NONE) {
      told.add(rows.words);
    } else if (work.isEmpty() && mode.blocksWriters()) {
      told.add("for a moment");
    }
    return String.join(", ", told);
  }
}
