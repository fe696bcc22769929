package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whimbrel.testkit.files.FolderTree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One build, from QUEUED to its end. */
public final class FakeBuild {

  private static final Set<String> ENDS =
      Set.of("SUCCESS", "FAILURE", "INTERNAL_ERROR", "TIMEOUT", "CANCELLED", "EXPIRED");

  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(60);
  private static final Duration DEFAULT_QUEUE_TTL = Duration.ofMinutes(60);

  private final FakeCloudBuild cloud;
  private final ObjectNode json;
  private final String id = UUID.randomUUID().toString();
  private final Path folder;
  private final BuildSteps steps;
  private final Duration queuedFor;
  private final boolean showOutputs;
  private final Optional<FakeBuildBehavior.End> otherEnd;
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private Thread thread;

  FakeBuild(FakeCloudBuild cloud, JsonNode request, String project, String region, Path folder) {
    this.cloud = cloud;
    this.folder = folder;
    this.queuedFor = cloud.behavior().queuedFor();
    this.showOutputs = cloud.behavior().outputs();
    this.otherEnd = cloud.behavior().takeEnd();
    this.json = request.deepCopy();
    json.put("id", id)
        .put("name", "projects/" + project + "/locations/" + region + "/builds/" + id)
        .put("projectId", project)
        .put("status", "QUEUED")
        .put("createTime", cloud.clock().instant().toString())
        .put(
            "logUrl",
            "https://console.cloud.google.com/cloud-build/builds;region=%s/%s?project=%s"
                .formatted(region, id, project));
    if (!json.hasNonNull("timeout")) {
      json.put("timeout", DEFAULT_TIMEOUT.toSeconds() + "s");
    }
    Map<String, String> builtIn = Map.of("PROJECT_ID", project, "BUILD_ID", id, "LOCATION", region);
    this.steps = new BuildSteps(cloud, json, builtIn, folder);
  }

  /** Its id. */
  public String id() {
    return id;
  }

  /** As the API shows it now. */
  public synchronized ObjectNode json() {
    return json.deepCopy();
  }

  /** QUEUED, WORKING, or how it ended. */
  public synchronized String status() {
    return json.path("status").asText();
  }

  /** Whether it has ended. */
  public boolean ended() {
    return ENDS.contains(status());
  }

  /** Its tags. */
  public List<String> tags() {
    return json().path("tags").valueStream().map(JsonNode::asText).toList();
  }

  void start() {
    thread = Thread.ofVirtual().name("build-" + id).start(this::run);
  }

  /** Asks for its end. */
  void cancel() {
    cancelled.countDown();
    steps.stop();
  }

  void close() throws IOException {
    cancel();
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    FolderTree.delete(folder);
  }

  private void run() {
    try {
      if (!queue()) {
        return;
      }
      put("WORKING", "startTime");
      cloud.sources().fetch(json().path("source"), folder.resolve(BuildSteps.WORKSPACE));
      BuildSteps.Result result = steps.run(seconds("timeout", DEFAULT_TIMEOUT));
      show(result);
      if (result.status().equals("SUCCESS")) {
        push();
      }
      end(result);
    } catch (BuildSources.NotFetched e) {
      fail("FETCH_SOURCE_FAILED", "failed to fetch source: " + e.getMessage());
    } catch (ApiError e) {
      fail(e.reason(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      finish("INTERNAL_ERROR", e.toString());
    }
  }

  /** Waits for a worker. False where it ends before it has one. */
  private boolean queue() throws InterruptedException {
    Duration limit = seconds("queueTtl", DEFAULT_QUEUE_TTL);
    Duration wait = queuedFor.compareTo(limit) < 0 ? queuedFor : limit;
    if (cancelled.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
      finish("CANCELLED", "");
    } else if (queuedFor.compareTo(limit) > 0) {
      finish("EXPIRED", "");
    } else if (endsAt(FakeBuildBehavior.Moment.QUEUED)) {
      finish(otherEnd.get().status(), otherEnd.get().detail());
    } else {
      return true;
    }
    return false;
  }

  private boolean endsAt(FakeBuildBehavior.Moment moment) {
    return otherEnd.filter(end -> end.moment() == moment).isPresent();
  }

  private void end(BuildSteps.Result result) {
    if (cancelled.getCount() == 0) {
      finish("CANCELLED", "");
    } else if (endsAt(FakeBuildBehavior.Moment.STEPS_DONE)) {
      finish(otherEnd.get().status(), otherEnd.get().detail());
    } else {
      finish(result.status(), result.detail());
    }
  }

  private synchronized void show(BuildSteps.Result result) {
    ArrayNode shown = (ArrayNode) json.get("steps");
    for (int i = 0; i < shown.size(); i++) {
      ((ObjectNode) shown.get(i)).put("status", result.statuses().get(i));
    }
    if (showOutputs) {
      ArrayNode outputs = json.putObject("results").putArray("buildStepOutputs");
      result.outputs().forEach(bytes -> outputs.add(Base64.getEncoder().encodeToString(bytes)));
    }
  }

  /** The images that the build was to make. */
  private void push() throws IOException {
    for (JsonNode image : json().path("images")) {
      String digest = cloud.push(image.asText());
      synchronized (this) {
        ((ObjectNode) json.withObject("/results"))
            .withArray("images")
            .addObject()
            .put("name", image.asText())
            .put("digest", digest);
      }
    }
  }

  private void finish(String status, String detail) {
    if (status.equals("FAILURE")) {
      fail("USER_BUILD_STEP", detail);
    } else {
      detail(detail);
      put(status, "finishTime");
    }
  }

  private void fail(String type, String detail) {
    detail(detail);
    synchronized (this) {
      json.putObject("failureInfo").put("type", type).put("detail", detail);
    }
    put("FAILURE", "finishTime");
  }

  private synchronized void detail(String detail) {
    if (!detail.isEmpty()) {
      json.put("statusDetail", detail);
    }
  }

  private synchronized void put(String status, String time) {
    json.put("status", status).put(time, Instant.now(cloud.clock()).toString());
  }

  private Duration seconds(String field, Duration otherwise) {
    String text = json().path(field).asText("");
    return text.isEmpty()
        ? otherwise
        : Duration.ofMillis(Math.round(Double.parseDouble(text.replaceFirst("s$", "")) * 1000));
  }
}
