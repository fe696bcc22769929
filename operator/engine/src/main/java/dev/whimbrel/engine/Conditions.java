package dev.whimbrel.engine;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A list of conditions in the making: all are computed anew with each decision, and only the time
 * of the last transition is carried over.
 */
public final class Conditions {

  public static final String READY = "Ready";
  public static final String RECONCILING = "Reconciling";
  public static final String STALLED = "Stalled";

  private final List<Condition> before;
  private final Instant now;
  private final long generation;
  private final List<Condition> conditions = new ArrayList<>();

  /**
   * An empty list.
   *
   * @param before the conditions as observed
   * @param generation that they are about
   */
  public Conditions(List<Condition> before, Instant now, long generation) {
    this.before = List.copyOf(before);
    this.now = now;
    this.generation = generation;
  }

  /** Reason of the Ready condition; null without one. */
  public static String reason(List<Condition> conditions) {
    return find(conditions, READY).map(Condition::getReason).orElse(null);
  }

  /** Whether this condition is there and true. */
  public static boolean isTrue(List<Condition> conditions, String type) {
    return find(conditions, type).map(c -> "True".equals(c.getStatus())).orElse(false);
  }

  /**
   * Keeps a condition as it was, if it was true.
   *
   * @return whether it was
   */
  public boolean keep(String type) {
    Optional<Condition> old = find(before, type).filter(found -> isTrue(before, type));
    old.ifPresent(found -> add(type, true, found.getReason(), found.getMessage()));
    return old.isPresent();
  }

  /** Adds one. */
  public void add(String type, boolean value, String reason, String message) {
    String status = value ? "True" : "False";
    String since =
        find(before, type)
            .filter(condition -> status.equals(condition.getStatus()))
            .map(Condition::getLastTransitionTime)
            .orElse(now.truncatedTo(ChronoUnit.SECONDS).toString());
    conditions.add(
        new ConditionBuilder()
            .withType(type)
            .withStatus(status)
            .withReason(reason)
            .withMessage(message)
            .withLastTransitionTime(since)
            .withObservedGeneration(generation)
            .build());
  }

  /** What was added, in that order. */
  public List<Condition> list() {
    return conditions;
  }

  private static Optional<Condition> find(List<Condition> conditions, String type) {
    return conditions.stream().filter(condition -> type.equals(condition.getType())).findFirst();
  }
}
