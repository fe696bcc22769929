package dev.whimbrel.controller.observe;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.protocol.Checks;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.LogDocument;
import dev.whimbrel.protocol.RunnerResult;
import java.util.List;

/** What a verification found, as a runner printed it. */
final class ChecksDocument {

  /** More would be none of ours: the spec allows 32 queries, requests and tables each. */
  private static final int MAX = 200;

  private ChecksDocument() {}

  /** The checks in a log, if they are those that the result describes; else none. */
  static List<CheckResult> find(String log, RunnerResult.Document expected) {
    return LogDocument.find(LogDocument.Kind.CHECKS, log, expected)
        .map(ChecksDocument::parse)
        .filter(checks -> checks.size() <= MAX)
        .orElse(List.of());
  }

  private static List<CheckResult> parse(String text) {
    try {
      return Json.read(text, Checks.class).checks();
    } catch (IllegalArgumentException | NullPointerException e) {
      return List.of();
    }
  }
}
