package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whimbrel.testkit.files.FolderTree;
import dev.whimbrel.testkit.node.SimulatedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * The builds of the fake. They really run: each step is a process of this machine, with the folders
 * it shares with the others, its variables and its secrets.
 */
public final class FakeCloudBuild implements AutoCloseable {

  /** Its program is {@link DockerProgram}. */
  private static final String DOCKER = "gcr.io/cloud-builders/docker";

  private final Clock clock;
  private final FakeBuildBehavior behavior = new FakeBuildBehavior();
  private final Map<String, String> pools = new ConcurrentHashMap<>();
  private final Map<String, SimulatedImage> images = new ConcurrentHashMap<>();
  private final List<FakeBuild> builds = new CopyOnWriteArrayList<>();
  private final BuildSources sources = new BuildSources();
  private DockerImages made;
  private volatile boolean pushes = true;
  private volatile Function<String, String> secrets =
      name -> {
        throw new ApiError(404, "NOT_FOUND", "Secret [" + name + "] not found.");
      };

  FakeCloudBuild(Clock clock) {
    this.clock = clock;
  }

  /** Makes a private pool: {@code projects/P/locations/R/workerPools/N}. */
  public FakeCloudBuild withPool(String resource) {
    return withPool(resource, "RUNNING");
  }

  /** The same in a state: RUNNING, CREATING, UPDATING, DELETING. */
  public FakeCloudBuild withPool(String resource, String state) {
    pools.put(resource, state);
    return this;
  }

  /** What stands in for an image, by its full name. */
  public FakeCloudBuild withImage(String name, SimulatedImage image) {
    images.put(name, image);
    return this;
  }

  /**
   * A Git repository of this machine, under the name by which builds fetch it.
   *
   * @param name a URL, or the resource name of a connected repository
   */
  public FakeCloudBuild withRepository(String name, Path repository) {
    sources.repository(name, repository);
    return this;
  }

  /** A gzipped tar archive of this machine: {@code gs://BUCKET/OBJECT#GENERATION}. */
  public FakeCloudBuild withArchive(String object, Path archive) {
    sources.archive(object, archive);
    return this;
  }

  /**
   * What a Dockerfile may begin {@code FROM}.
   *
   * @param folder with the root of the image; what it links to stays where it is
   */
  public FakeCloudBuild withBase(String name, Path folder) {
    try {
      Path base = made().base(name);
      Files.createDirectories(base.getParent());
      Files.createSymbolicLink(base, folder.toAbsolutePath());
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether builds may push the images that they make. */
  public FakeCloudBuild pushesAllowed(boolean allowed) {
    pushes = allowed;
    return this;
  }

  BuildSources sources() {
    return sources;
  }

  /**
   * Takes an image that a build has made to where builds and nodes pull it from, under its tag and
   * under its digest.
   *
   * @return the digest
   * @throws ApiError where it was not made, or may not be pushed
   */
  String push(String name) throws IOException {
    SimulatedImage image =
        made()
            .image(name)
            .orElseThrow(() ->
                new ApiError(
                    404,
                    "PUSH_IMAGE_NOT_FOUND",
                    "failed to find one or more images after execution of build steps: [\"%s\"]"
                        .formatted(name)));
    if (!pushes) {
      throw new ApiError(
          403,
          "PUSH_NOT_AUTHORIZED",
          "failed to push \"%s\": denied: Permission \"artifactregistry.repositories.uploadArtifacts\" denied"
              .formatted(name));
    }
    String digest = made().digest(name);
    images.put(name, image);
    images.put(name.substring(0, name.lastIndexOf(':')) + "@" + digest, image);
    return digest;
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

  /** The states of the pools by their names. */
  Map<String, String> pools() {
    return pools;
  }

  Clock clock() {
    return clock;
  }

  SimulatedImage image(String name) throws IOException {
    if (name.equals(DOCKER)) {
      made();
    }
    return images.get(name);
  }

  /** With its files only once there is something to make: a fake that is killed leaves them. */
  private synchronized DockerImages made() throws IOException {
    if (made == null) {
      made = new DockerImages(Files.createTempDirectory("whimbrel-docker-"));
      images.put(DOCKER, made.builder());
    }
    return made;
  }

  String secret(String name) {
    return secrets.apply(name);
  }

  /** Begins a build. */
  FakeBuild create(JsonNode request, String project, String region) {
    BuildRules.require(request, "projects/" + project + "/locations/" + region, pools.keySet());
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
    synchronized (this) {
      if (made != null) {
        FolderTree.delete(made.home());
      }
    }
  }
}
