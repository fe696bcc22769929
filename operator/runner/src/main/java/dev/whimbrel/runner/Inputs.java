package dev.whimbrel.runner;

import dev.whimbrel.protocol.BuildInput;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.RunnerInput;
import java.util.Map;
import java.util.Optional;

/** Reads the input of the Job. */
final class Inputs {

  private Inputs() {}

  static RunnerInput read(Map<String, String> environment) {
    String json = environment.get(RunnerInput.VARIABLE);
    if (json == null || json.isBlank()) {
      throw StepFailure.permanent(
          "NoInput",
          "the environment variable "
              + RunnerInput.VARIABLE
              + " is not set: this program is started by the Whimbrel operator, not by hand");
    }
    RunnerInput input;
    try {
      input = Json.read(json, RunnerInput.class);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw StepFailure.permanent(
          "BadInput", RunnerInput.VARIABLE + " cannot be read: " + e.getMessage());
    }
    if (input.version() != RunnerInput.VERSION) {
      throw StepFailure.permanent(
          "OtherVersion",
          "the input has format "
              + input.version()
              + ", this runner knows "
              + RunnerInput.VERSION
              + ": use the runner image of the operator's own version");
    }
    if (input.steps().isEmpty() || input.database() == null || input.migration() == null) {
      throw StepFailure.permanent(
          "BadInput", RunnerInput.VARIABLE + " lacks steps, database or migration");
    }
    return input;
  }

  /** That a build is to do the steps; empty where this process does them. */
  static Optional<BuildInput> build(Map<String, String> environment) {
    String json = environment.getOrDefault(BuildInput.VARIABLE, "");
    if (json.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(json, BuildInput.class));
    } catch (IllegalArgumentException e) {
      throw StepFailure.permanent(
          "BadInput", BuildInput.VARIABLE + " cannot be read: " + e.getMessage());
    }
  }
}
