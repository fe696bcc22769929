package dev.whimbrel.analysis.locks;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a statement did to one relation that was there before it.
 *
 * @param relation its name; with its schema where that is not {@code public}
 * @param lock the strongest, held to the end of the transaction; empty where there is none
 * @param work what takes as long as the relation is large
 */
public record Effect(String relation, Optional<LockMode> lock, Set<Work> work) {

  /** What is done under the lock. */
  public enum Work {
    /** All of it is read, from the table itself or through an index. */
    SCANNED,
    /** The table has a new file. */
    REWRITTEN,
    /** The index has a new file. */
    REBUILT,
    /** It has one index more. */
    INDEXED;

    /** As the table and programs spell it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Effect {
    work = work.isEmpty() ? Set.of() : Set.copyOf(work);
  }

  /**
   * Reads what {@link #toString()} writes.
   *
   * @throws IllegalArgumentException where it is something else
   */
  static Effect parse(String text) {
    int colon = text.indexOf(':');
    List<String> words = List.of(text.substring(colon + 1).strip().split(" "));
    Optional<LockMode> lock = Optional.empty();
    Set<Work> work = EnumSet.noneOf(Work.class);
    for (String word : words) {
      if (Character.isUpperCase(word.charAt(0))) {
        lock = Optional.of(LockMode.of(word));
      } else {
        work.add(Work.valueOf(word.toUpperCase(Locale.ROOT)));
      }
    }
    return new Effect(text.substring(0, colon), lock, work);
  }

  /** The strictest of both, on the same relation. */
  Effect strictest(Effect other) {
    Set<Work> both = EnumSet.noneOf(Work.class);
    both.addAll(work);
    both.addAll(other.work);
    return new Effect(
        relation, Stream.concat(lock.stream(), other.lock.stream()).max(LockMode::compareTo), both);
  }

  /** Whether somebody waits, and for as long as the relation is large. */
  public boolean blocksForLong() {
    return lock.filter(LockMode::blocksWriters).isPresent() && !work.isEmpty();
  }

  @Override
  public String toString() {
    return Stream.concat(
            lock.stream().map(LockMode::label),
            Arrays.stream(Work.values()).filter(work::contains).map(Work::label))
        .collect(Collectors.joining(" ", relation + ": ", ""));
  }
}
