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
 * @param script what the image's shell runs, in the place of entrypoint and arguments; nothing in
 *     it is substituted
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
    boolean mayFail,
    Optional<String> script) {

  /** Copies the collections. */
  public BuildStepRequest {
    arguments = List.copyOf(arguments);
    env = Map.copyOf(env);
    secretEnv = List.copyOf(secretEnv);
    waitFor = List.copyOf(waitFor);
  }

  /** One that runs a program of its image. */
  public BuildStepRequest(
      String id,
      String image,
      Optional<String> entrypoint,
      List<String> arguments,
      Optional<String> directory,
      Map<String, String> env,
      List<String> secretEnv,
      List<String> waitFor,
      boolean mayFail) {
    this(
        id,
        image,
        entrypoint,
        arguments,
        directory,
        env,
        secretEnv,
        waitFor,
        mayFail,
        Optional.empty());
  }

  /** One that runs a script by the shell of its image. */
  public static BuildStepRequest script(
      String id, String image, String script, Optional<String> directory, Map<String, String> env) {
    return new BuildStepRequest(
        id,
        image,
        Optional.empty(),
        List.of(),
        directory,
        env,
        List.of(),
        List.of(),
        false,
        Optional.of(script));
  }
}
