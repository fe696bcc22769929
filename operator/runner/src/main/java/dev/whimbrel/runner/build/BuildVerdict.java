package dev.whimbrel.runner.build;

import dev.whimbrel.runner.StepEnd;

/** How a Job ends whose steps a build does. */
public sealed interface BuildVerdict {

  /** As the runner in the build says. */
  record OfRunner(BuildOutput output) implements BuildVerdict {}

  /** There was no build, or its runner did not get to say anything. */
  record Own(StepEnd end) implements BuildVerdict {}
}
