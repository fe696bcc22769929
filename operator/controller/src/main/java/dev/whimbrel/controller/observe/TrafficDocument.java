package dev.whimbrel.controller.observe;

import dev.whimbrel.api.v1alpha1.TrafficStatus;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.LogDocument;
import dev.whimbrel.protocol.RunnerResult;
import java.util.Optional;

/** Who served before the first statement, as a runner printed it. */
final class TrafficDocument {

  private TrafficDocument() {}

  /**
   * The split in a log.
   *
   * @param expected what the result describes; of a Job without a result whatever is there whole
   */
  static Optional<TrafficStatus> find(String log, Optional<RunnerResult.Document> expected) {
    return expected
        .map(described -> LogDocument.find(LogDocument.Kind.TRAFFIC, log, described))
        .orElseGet(() -> LogDocument.find(LogDocument.Kind.TRAFFIC, log))
        .flatMap(TrafficDocument::parse)
        .filter(split -> split.service() != null && !split.shares().isEmpty());
  }

  private static Optional<TrafficStatus> parse(String text) {
    try {
      return Optional.of(Json.read(text, TrafficStatus.class));
    } catch (IllegalArgumentException | NullPointerException e) {
      return Optional.empty();
    }
  }
}
