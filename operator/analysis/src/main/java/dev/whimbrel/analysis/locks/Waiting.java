package dev.whimbrel.analysis.locks;

/** Who waits while a statement has its locks, the worst last. */
public enum Waiting {
  /** Neither readers nor writers. */
  NOBODY("nobody"),
  /** For as long as it takes to change the catalog, or until the transaction ends. */
  MOMENT("a moment"),
  /** For as long as a relation is large. */
  LONG("as long as the relation is large"),
  /** Nobody measured it. */
  UNKNOWN("unknown"),
  /** For as long as a relation is large, and it is. */
  VERY_LONG("long: the relation is large");

  private final String label;

  Waiting(String label) {
    this.label = label;
  }

  /** In words. */
  public String label() {
    return label;
  }

  /** The worse of both. */
  public Waiting or(Waiting other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
