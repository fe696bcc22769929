package dev.whimbrel.api.v1alpha1;

import java.util.Arrays;

/** How much can go wrong, in rising order. The wire form is {@link #label()}. */
public enum Risk {
  /** Adds a nullable column, an index, a table. */
  LOW("Low"),
  /** Alters a column, adds a constraint, renames, or cannot be classified. */
  MEDIUM("Medium"),
  /** Drops a column or table, or changes data. */
  HIGH("High"),
  /** Must not run at all: the run fails before backup and approval. */
  UNSAFE("Unsafe");

  private final String label;

  Risk(String label) {
    this.label = label;
  }

  /** The word used in objects: Low, Medium, High, Unsafe. */
  public String label() {
    return label;
  }

  /** The worse of the two. */
  public Risk or(Risk other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /**
   * The risk with this label.
   *
   * @throws IllegalArgumentException for any other word
   */
  public static Risk of(String label) {
    return Arrays.stream(values())
        .filter(risk -> risk.label.equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a risk: " + label));
  }
}
