package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.RunCause;
import java.time.Duration;
import java.util.Optional;

/**
 * What a restore of the instance means to a migration of a database there: while it is under way
 * nothing begins; afterwards the database is read anew, and what is pending in it again does not
 * run again by itself.
 */
final class Restores {

  /** In {@code status.hold} until the plan is made that is to be held. */
  static final String HOLD = "restored";

  private static final Duration POLL = Duration.ofSeconds(5);

  private Restores() {}

  /** Whether nothing may begin on the server now. */
  static boolean underway(Draft draft) {
    return draft.world.server().underway().isPresent();
  }

  /** Whether the database is another since the status was written. */
  static boolean isNews(Draft draft) {
    return !underway(draft) && last(draft).filter(uid -> !uid.equals(draft.restored)).isPresent();
  }

  /** Whether a new Job would only meet a server that is being restored. */
  static boolean holdsUp(Draft draft) {
    return underway(draft) && !draft.phase.resting() && draft.world.job() instanceof JobView.None;
  }

  static Draft queue(Draft draft) {
    if (draft.plan != null) {
      Runs.reopenPlan(draft);
    }
    Runs.giveBack(draft);
    return draft.await(
        "Queued",
        "Waiting for DatabaseRestore "
            + draft.world.server().underway().orElseThrow()
            + ", which restores "
            + draft.spec.server(),
        POLL);
  }

  /** A run begins: it knows of every restore before it. The first run ever has nothing to hold. */
  static void takeNotice(Draft draft, boolean first) {
    if (last(draft).isEmpty() || underway(draft)) {
      return;
    }
    boolean news = isNews(draft);
    draft.restored = last(draft).get();
    if (news && !first) {
      World.Restored restored = draft.world.server().last().orElseThrow();
      draft.hold = HOLD;
      draft.run.cause =
          new RunCause(
              "Permanent",
              "Restored",
              "backup "
                  + restored.backup()
                  + " was put back by DatabaseRestore "
                  + restored.name()
                  + " at "
                  + restored.at(),
              null);
    }
  }

  /** The plan is made: it is what is held, if anything is. */
  static void hold(Draft draft) {
    if (HOLD.equals(draft.hold)) {
      draft.hold = draft.plan.hash();
    }
  }

  /** Nothing is pending after the restore: nothing is held either. */
  static void release(Draft draft) {
    if (HOLD.equals(draft.hold)) {
      draft.hold = null;
    }
  }

  /** Why the plan is on hold, in words. */
  static String why(Draft draft) {
    return draft.run.cause != null && "Restored".equals(draft.run.cause.reason())
        ? "is pending again because " + draft.run.cause.message() + ", and"
        : "was rolled back, or taken away by a restore, before and";
  }

  private static Optional<String> last(Draft draft) {
    return draft.world.server().last().map(World.Restored::uid);
  }
}
