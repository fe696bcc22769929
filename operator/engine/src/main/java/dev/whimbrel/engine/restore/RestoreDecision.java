package dev.whimbrel.engine.restore;

import dev.whimbrel.api.v1alpha1.DatabaseRestoreStatus;
import dev.whimbrel.engine.Effect;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What to do next.
 *
 * @param status to persist first, with an optimistic lock
 * @param effects to carry out then, in this order
 * @param wakeAt when to look again at the latest; empty only at rest
 * @param again whether to observe and decide again at once
 */
public record RestoreDecision(
    DatabaseRestoreStatus status, List<Effect> effects, Optional<Instant> wakeAt, boolean again) {

  public RestoreDecision {
    effects = List.copyOf(effects);
  }
}
