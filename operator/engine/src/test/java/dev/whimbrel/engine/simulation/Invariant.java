package dev.whimbrel.engine.simulation;

import java.util.function.Supplier;

/** What holds in every schedule, whatever goes wrong. */
enum Invariant {
  COVERED(
      "What runs is covered by accepted approvals, or its risk needs none; the plan is neither"
          + " expired nor rejected when it is dispatched"),
  FORBIDDEN(
      "What a policy forbids is not dispatched, also where the policy is younger than the plan; nor"
          + " is a plan that was recorded as blocked"),
  ONCE("A revision is carried out at most once"),
  BACKUP_FIRST(
      "Where the policy wants a backup, one is successful and fresh when the plan is dispatched"),
  ONE_BACKUP("There is at most one backup of a description"),
  ONE_RUNNER(
      "At most one runner changes one database at a time, and its run holds the Lease when it"
          + " begins"),
  COMES_TO_REST(
      "Once faults stop, every run comes to rest holding nothing; until then every decision says"
          + " when to look again, within 60 s"),
  HONEST(
      "The status never claims what did not happen: Succeeded means that all is in and verified for"
          + " the observed generation, and a run at rest changes nothing any more"),
  UNDONE(
      "Only whole revisions of a failed run are undone, where the spec asks for it and the way back"
          + " loses nothing; a plan that was rolled back does not run again by itself"),
  FOUND(
      "What is said to have been found was found: checks are recorded once, with the plan that was"
          + " verified, and RolloutVerified is True only of a rollout of this very run"),
  TRAFFIC(
      "Traffic is only put back to a split that a migrate step of this migration has read, and"
          + " where the spec asks for it one is read before the first statement; it goes back"
          + " before the schema, and the status says of it what happened"),
  ANSWERED(
      "The checklist of a plan answers Yes only where it is so, and at rest nothing before or"
          + " during the deployment is pending any more"),
  OUTLIVES_DELETION("Deleting the migration neither kills a running Job nor loses its outcome");

  private final String sentence;

  Invariant(String sentence) {
    this.sentence = sentence;
  }

  void require(boolean holds, Supplier<String> detail) {
    if (!holds) {
      throw new Violation(this, detail.get());
    }
  }

  /** An invariant that did not hold. */
  static final class Violation extends AssertionError {

    private static final long serialVersionUID = 1L;

    private final transient Invariant invariant;

    Violation(Invariant invariant, String detail) {
      super(invariant + " (" + invariant.sentence + ") does not hold: " + detail);
      this.invariant = invariant;
    }

    Invariant invariant() {
      return invariant;
    }
  }
}
