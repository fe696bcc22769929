package dev.whimbrel.analysis.locks;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a statement of a plan locks, by the measured forms that it has.
 *
 * @param locks on what others use, in the order in which they were measured; empty for none
 * @param atMost whether it may be less: what decides it was not known, so the strictest is told
 * @param waitsFor whom it waits for between its transactions; empty where it has one
 * @param refused the SQLSTATE with which the server's version refuses its form; empty for none
 * @param unmeasured what of it no form covers, in words; empty where all was measured
 */
public record StatementLocks(
    List<RelationLock> locks,
    boolean atMost,
    List<String> waitsFor,
    Optional<String> refused,
    Optional<String> unmeasured) {

  public StatementLocks {
    locks = List.copyOf(locks);
    waitsFor = List.copyOf(waitsFor);
  }

  /** One that nobody measured. */
  public static StatementLocks unmeasured(String why) {
    return new StatementLocks(List.of(), false, List.of(), Optional.empty(), Optional.of(why));
  }

  /** One that touches nothing that others use. */
  public static StatementLocks none() {
    return new StatementLocks(List.of(), false, List.of(), Optional.empty(), Optional.empty());
  }

  /** Whether there is nothing to say: it was measured, and locks nothing that others use. */
  public boolean isNothing() {
    return locks.isEmpty() && refused.isEmpty() && unmeasured.isEmpty();
  }

  /**
   * Who waits. What works in several transactions has its strong locks for a moment only, after it
   * has waited for those who use the relation.
   */
  public Waiting waiting() {
    Waiting measured =
        waitsFor.isEmpty()
            ? locks.stream().map(RelationLock::waiting).reduce(Waiting.NOBODY, Waiting::or)
            : Waiting.NOBODY;
    return unmeasured.isPresent() ? measured.or(Waiting.UNKNOWN) : measured;
  }

  /** The strongest lock; empty where there is none. */
  public Optional<LockMode> strongest() {
    return locks.stream().map(RelationLock::mode).max(LockMode::compareTo);
  }

  /** In one line. */
  public String text() {
    if (isNothing()) {
      return "nothing that others use";
    }
    String modes =
        locks.stream()
            .filter(this::isTold)
            .map(RelationLock::text)
            .collect(Collectors.joining("; "));
    String waits = waitsFor.isEmpty() ? "" : "waits for " + String.join(", ", waitsFor);
    return Stream.of(
            modes.isEmpty() || !atMost ? modes : "at most " + modes,
            waits,
            refused.map("PostgreSQL refuses it (%s)"::formatted).orElse(""),
            unmeasured.map("not measured: %s"::formatted).orElse(""))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("; "));
  }

  /**
   * What nobody waits for but who changes schemas is told where there is nothing stronger, or where
   * it locks rows.
   */
  private boolean isTold(RelationLock lock) {
    return lock.mode().compareTo(LockMode.SHARE_UPDATE_EXCLUSIVE) >= 0
        || lock.rows() != RelationLock.Rows.NONE
        || strongest().filter(lock.mode()::equals).isPresent();
  }
}
