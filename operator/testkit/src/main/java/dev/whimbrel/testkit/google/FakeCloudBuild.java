package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whimbrel.testkit.node.SimulatedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * The builds of the fake. They really run: each step is a process of this machine, with the folders
 * it shares with the others, its variables and its secrets.
 */
public final class FakeCloudBuild implements AutoCloseable {

  private final Clock clock;
  private final FakeBuildBehavior behavior = new FakeBuildBehavior();
  private final Set<String> pools = new ConcurrentSkipListSet<>();
  private final Map<String, SimulatedImage> images = new ConcurrentHashMap<>();
  private final List<FakeBuild> builds = new CopyOnWriteArrayList<>();
  private volatile Function<String, String> secrets =
      name -> {
        throw new ApiError(404, "NOT_FOUND", "Secret [" + name + "] not found.");
      };

  FakeCloudBuild(Clock clock) {
    this.clock = clock;
  }

  /** Makes a private pool: {@code projects/P/locations/R/workerPools/N}. */
  public FakeCloudBuild withPool(String resource) {
    pools.add(resource);
    return this;
  }

  /** What stands in for an image, by its full name. */
  public FakeCloudBuild withImage(String name, SimulatedImage image) {
    images.put(name, image);
    return this;
  }

  /**
   * Where the values of secrets come from.
   *
   * @param access from {@code projects/P/secrets/S/versions/V} to the value; throws what Secret
   *     Manager answers
   */
  FakeCloudBuild withSecrets(Function<String, String> access) {
    secrets = access;
    return this;
  }

  /** How builds behave. */
  public FakeBuildBehavior behavior() {
    return behavior;
  }

  /** Every build so far, oldest first. */
  public List<FakeBuild> builds() {
    return List.copyOf(builds);
  }

  Set<String> pools() {
    return pools;
  }

  Clock clock() {
    return clock;
  }

  SimulatedImage image(String name) {
    return images.get(name);
  }

  String secret(String name) {
    return secrets.apply(name);
  }

  /** Begins a build. */
  FakeBuild create(JsonNode request, String project, String region) {
    BuildRules.require(request, "projects/" + project + "/locations/" + region, pools);
    try {
      Path folder = Files.createTempDirectory("whimbrel-build-");
      FakeBuild build = new FakeBuild(this, request, project, region, folder);
      builds.add(build);
      build.start();
      return build;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends what runs, and removes its files. */
  @Override
  public void close() throws IOException {
    for (FakeBuild build : builds) {
      build.close();
    }
  }
}
