package dev.whimbrel.google.live;

import java.util.Optional;
import java.util.function.Function;

/**
 * What is looked at. All but the project may be left out; the checks that need it are skipped then.
 *
 * @param project the project
 * @param instance {@code project:region:instance}
 * @param pool {@code projects/P/locations/R/workerPools/N}
 * @param secret name of a secret of the project
 * @param service a Cloud Run service: {@code region/name}
 */
record LiveTarget(
    String project,
    Optional<String> instance,
    Optional<String> pool,
    Optional<String> secret,
    Optional<String> service) {

  /** The property that asks for it, and the beginning of those that name the rest. */
  static final String PROPERTY = "whimbrel.live";

  /** From properties; empty where nothing is asked for. */
  static Optional<LiveTarget> of(Function<String, String> properties) {
    return property(properties, "")
        .map(project ->
            new LiveTarget(
                project,
                property(properties, ".instance"),
                property(properties, ".pool"),
                property(properties, ".secret"),
                property(properties, ".service")));
  }

  private static Optional<String> property(Function<String, String> properties, String name) {
    return Optional.ofNullable(properties.apply(PROPERTY + name)).filter(text -> !text.isBlank());
  }
}
