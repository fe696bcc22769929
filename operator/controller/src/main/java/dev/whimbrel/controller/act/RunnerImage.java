package dev.whimbrel.controller.act;

import java.util.Map;

/**
 * The image in which every step runs.
 *
 * @param name reference, best by digest
 * @param pullPolicy Always, IfNotPresent or Never
 * @param environment further variables for the runner, for example a private endpoint of an API;
 *     never secrets
 */
public record RunnerImage(String name, String pullPolicy, Map<String, String> environment) {

  public RunnerImage {
    environment = Map.copyOf(environment);
  }
}
