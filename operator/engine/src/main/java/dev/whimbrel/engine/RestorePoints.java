package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.RestorePoint;
import dev.whimbrel.protocol.RunnerResult;

/** What there was to go back to before the first statement of a run. */
final class RestorePoints {

  private RestorePoints() {}

  /** A Job that may change the database begins. Its own word for it may be lost with its pod. */
  static void dispatched(Draft draft) {
    if (!kept(draft)) {
      record(draft, new RunnerResult.RestorePoint(draft.now.toString(), null, null));
    }
  }

  /** What the Job found, where it came that far. */
  static void take(Draft draft, RunnerResult result) {
    if (result.restorePoint() != null && !kept(draft)) {
      record(draft, result.restorePoint());
    }
  }

  /** A run that goes on from what is in has begun before. */
  private static boolean kept(Draft draft) {
    return draft.run.continues != null && draft.restorePoint != null;
  }

  private static void record(Draft draft, RunnerResult.RestorePoint found) {
    draft.restorePoint =
        new RestorePoint(
            found.time(),
            draft.spec.cloudSql() ? draft.spec.server() : null,
            draft.backup == null ? null : draft.backup.id(),
            found.pointInTimeRecovery(),
            found.latestRecoveryTime());
  }
}
