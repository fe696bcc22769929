package dev.whimbrel.api.v1alpha1;

import java.util.Arrays;

/** From which risk on something is required: the one scale of backup and approval policies. */
public enum Threshold {
  ALWAYS("Always", Risk.LOW),
  AT_MEDIUM("AtMedium", Risk.MEDIUM),
  AT_HIGH("AtHigh", Risk.HIGH),
  NEVER("Never", null);

  private final String label;
  private final Risk from;

  Threshold(String label, Risk from) {
    this.label = label;
    this.from = from;
  }

  /** The word used in objects: Always, AtMedium, AtHigh, Never. */
  public String label() {
    return label;
  }

  /** Whether a plan of this risk is at or above the threshold. */
  public boolean requires(Risk risk) {
    return from != null && risk.compareTo(from) >= 0;
  }

  /**
   * The threshold with this label.
   *
   * @throws IllegalArgumentException for any other word
   */
  public static Threshold of(String label) {
    return Arrays.stream(values())
        .filter(threshold -> threshold.label.equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a threshold: " + label));
  }
}
