package dev.whimbrel.runner.steps;

import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.google.ApplicationTraffic;

/** Puts the application's traffic back, and touches no database. Safe to repeat. */
final class TrafficStep {

  private final Job job;

  TrafficStep(Job job) {
    this.job = job;
  }

  StepEnd run() throws InterruptedException {
    ApplicationTraffic traffic =
        ApplicationTraffic.of(job)
            .orElseThrow(() ->
                StepFailure.permanent(
                    "BadInput", "the input names no service whose traffic could be put back"));
    return traffic.restore()
        ? StepEnd.done(
            Outcome.TRAFFIC_RESTORED, "TrafficRestored", "the recorded split serves again")
        : StepEnd.done(
            Outcome.TRAFFIC_UNCHANGED, "TrafficUnchanged", "the recorded split serves still");
  }
}
