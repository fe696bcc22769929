package dev.whimbrel.google.build;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A step of a build: a container. Its texts may hold anything: what Cloud Build would take for a
 * substitution is escaped when the request is written.
 *
 * @param id unique within the build
 * @param image what runs
 * @param entrypoint program of the image to run; empty for the image's own entrypoint
 * @param arguments of the entrypoint
 * @param directory where it runs; empty for the build's own folder
 * @param env its variables, none of them secret
 * @param secretEnv variables that Cloud Build fills from the build's secrets
 * @param waitFor ids of the steps before it; empty to begin at once
 * @param mayFail whether the build goes on when it fails
 */
public record BuildStepRequest(
    String id,
    String image,
    Optional<String> entrypoint,
    List<String> arguments,
    Optional<String> directory,
    Map<String, String> env,
    List<String> secretEnv,
    List<String> waitFor,
    boolean mayFail) {

  /** Copies the collections. */
  public BuildStepRequest {
    arguments = List.copyOf(arguments);
    env = Map.copyOf(env);
    secretEnv = List.copyOf(secretEnv);
    waitFor = List.copyOf(waitFor);
  }
}
