package dev.whimbrel.analysis;

/** What is gone for good, the worst last. */
enum Loss {
  NOTHING,
  /** Code decides that is not shown. */
  UNKNOWN,
  SOMETHING;

  Loss or(Loss other) {
    return compareTo(other) >= 0 ? this : other;
  }

  static Loss unless(boolean keepsEverything) {
    return keepsEverything ? NOTHING : SOMETHING;
  }
}
