package dev.whimbrel.analysis;

import dev.whimbrel.api.v1alpha1.Risk;

/**
 * What one statement risks, and why.
 *
 * @param rule identifier of the rule in CamelCase; empty for Low
 * @param message what it is and what to do about it; empty for Low
 */
record Judgement(Risk risk, String rule, String message) {

  static Judgement low() {
    return new Judgement(Risk.LOW, "", "");
  }

  static Judgement medium(String rule, String message) {
    return new Judgement(Risk.MEDIUM, rule, message);
  }

  static Judgement high(String rule, String message) {
    return new Judgement(Risk.HIGH, rule, message);
  }

  static Judgement unsafe(String rule, String message) {
    return new Judgement(Risk.UNSAFE, rule, message);
  }

  /** The worse of the two. */
  Judgement or(Judgement other) {
    return risk.compareTo(other.risk) >= 0 ? this : other;
  }
}
