package dev.whimbrel.analysis;

import com.fasterxml.jackson.annotation.JsonCreator;

/** Which question of a reviewer a rule answers. */
public enum Impact {
  /** Rows or values may be gone. */
  DATA_LOSS("DataLoss"),
  /** Somebody waits, or cannot read or write. */
  DOWNTIME("Downtime"),
  /** Going back is harder, or loses something. */
  ROLLBACK("Rollback"),
  /** It costs time, disk or I/O, or what runs afterwards is slower. */
  PERFORMANCE("Performance"),
  /** Applications or people that rely on what was there fail or must change. */
  COMPATIBILITY("Compatibility");

  private final String label;

  Impact(String label) {
    this.label = label;
  }

  /** The word used in rules and documentation. */
  public String label() {
    return label;
  }

  @JsonCreator
  static Impact of(String label) {
    for (Impact impact : values()) {
      if (impact.label.equals(label)) {
        return impact;
      }
    }
    throw new IllegalArgumentException("not an impact: " + label);
  }
}
