package dev.whimbrel.runner.steps;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.protocol.Checks;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.LogDocument;
import dev.whimbrel.runner.Job;
import java.util.List;

/** Checks into the log, from where they go to a status. */
final class Publication {

  private Publication() {}

  static void of(Job job, List<CheckResult> results) {
    for (CheckResult check : results) {
      if (!check.result().equals(CheckResult.PASSED)) {
        job.log().warn("Check " + check.result(), "check", check.name(), "why", check.message());
      }
    }
    String document = Json.write(new Checks(results));
    LogDocument.lines(LogDocument.Kind.CHECKS, document).forEach(job.log()::raw);
    job.log().flush();
    job.report().checks(LogDocument.describe(document));
  }
}
