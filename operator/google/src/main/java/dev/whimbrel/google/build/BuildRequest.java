package dev.whimbrel.google.build;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A build that is wanted.
 *
 * @param pool where it runs
 * @param serviceAccount as whom it runs: e-mail address
 * @param tag by which it is found again; no other build has it
 * @param tags further ones
 * @param steps in order
 * @param secrets by the variable that each fills: {@code projects/P/secrets/S/versions/V}
 * @param volumes paths that the steps share, by the volumes' names
 * @param timeout from its start
 * @param queueTtl how long it may wait for its start
 * @param source what its steps work on; empty for nothing
 * @param images names that its steps make and Cloud Build pushes once all have succeeded
 */
public record BuildRequest(
    WorkerPool pool,
    String serviceAccount,
    String tag,
    List<String> tags,
    List<BuildStepRequest> steps,
    Map<String, String> secrets,
    Map<String, String> volumes,
    Duration timeout,
    Duration queueTtl,
    Optional<BuildSource> source,
    List<String> images) {

  /** Copies the collections. */
  public BuildRequest {
    tags = List.copyOf(tags);
    steps = List.copyOf(steps);
    secrets = Map.copyOf(secrets);
    volumes = Map.copyOf(volumes);
    images = List.copyOf(images);
  }

  /** A build that needs no source and pushes nothing. */
  public BuildRequest(
      WorkerPool pool,
      String serviceAccount,
      String tag,
      List<String> tags,
      List<BuildStepRequest> steps,
      Map<String, String> secrets,
      Map<String, String> volumes,
      Duration timeout,
      Duration queueTtl) {
    this(
        pool,
        serviceAccount,
        tag,
        tags,
        steps,
        secrets,
        volumes,
        timeout,
        queueTtl,
        Optional.empty(),
        List.of());
  }
}
