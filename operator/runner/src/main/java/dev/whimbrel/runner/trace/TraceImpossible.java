package dev.whimbrel.runner.trace;

/** Why the SQL of a plan cannot be traced, or no further, as a sentence for its reviewers. */
final class TraceImpossible extends Exception {

  private static final long serialVersionUID = 1;

  TraceImpossible(String reason) {
    super(reason);
  }
}
