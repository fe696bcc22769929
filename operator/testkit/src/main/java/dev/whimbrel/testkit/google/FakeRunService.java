package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A service of the fake Cloud Run: its revisions and who serves what. */
public final class FakeRunService {

  private static final String LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";
  private static final String REVISION = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION";
  private static final int ALL = 100;

  private final String resource;
  private final String serviceAccount;
  private final List<String> revisions = new ArrayList<>();
  private List<Target> traffic = List.of(new Target(Optional.empty(), ALL, Optional.empty()));
  private List<Target> serving = List.of();
  private Optional<String> latestReady = Optional.empty();
  private Optional<FakeOperation> changing = Optional.empty();
  private int version = 1;

  FakeRunService(String resource, String serviceAccount) {
    this.resource = resource;
    this.serviceAccount = serviceAccount;
  }

  /**
   * A part of the traffic.
   *
   * @param revision short name; empty for the newest that is ready
   */
  record Target(Optional<String> revision, int percent, Optional<String> tag) {}

  /** Deploys: where the traffic goes to the newest revision, it goes to this one from now on. */
  public synchronized FakeRunService deploy(String revision) {
    revisions.add(revision);
    latestReady = Optional.of(revision);
    serving = traffic;
    version++;
    return this;
  }

  /** Deploys a revision that does not become ready. */
  public synchronized FakeRunService deployBroken(String revision) {
    revisions.add(revision);
    version++;
    return this;
  }

  /** Somebody deletes a revision. */
  public synchronized FakeRunService deleteRevision(String revision) {
    revisions.remove(revision);
    version++;
    return this;
  }

  /** Somebody sends the traffic to the newest revision. */
  public synchronized FakeRunService toLatest() {
    traffic = List.of(new Target(Optional.empty(), ALL, Optional.empty()));
    serving = traffic;
    version++;
    return this;
  }

  /** Somebody splits the traffic; what the others had they have no more. */
  public synchronized FakeRunService split(Map<String, Integer> percents) {
    List<Target> targets = new ArrayList<>();
    percents.forEach((revision, percent) ->
        targets.add(new Target(Optional.of(revision), percent, Optional.empty())));
    traffic = List.copyOf(targets);
    serving = traffic;
    version++;
    return this;
  }

  /** Somebody gives a revision an address of its own. */
  public synchronized FakeRunService tag(String tag, String revision) {
    List<Target> targets = new ArrayList<>(traffic);
    targets.add(new Target(Optional.of(revision), 0, Optional.of(tag)));
    traffic = List.copyOf(targets);
    serving = traffic;
    version++;
    return this;
  }

  /** Who serves, by the revision's name: without those that get nothing. */
  public synchronized Map<String, Integer> percents() {
    Map<String, Integer> percents = new LinkedHashMap<>();
    serving.stream()
        .filter(target -> target.percent() > 0)
        .forEach(target ->
            percents.merge(
                target.revision().or(() -> latestReady).orElseThrow(),
                target.percent(),
                Integer::sum));
    return percents;
  }

  /** Whether the traffic goes to named revisions, and so stays there after the next deployment. */
  public synchronized boolean isPinned() {
    return traffic.stream().noneMatch(target -> target.revision().isEmpty());
  }

  /** Revisions by the tags that lead to them. */
  public synchronized Map<String, String> tags() {
    Map<String, String> tags = new LinkedHashMap<>();
    traffic.forEach(target ->
        target
            .tag()
            .ifPresent(tag -> tags.put(tag, target.revision().or(() -> latestReady).get())));
    return tags;
  }

  String resource() {
    return resource;
  }

  /** Checks a wish as the API does before it begins with it. */
  synchronized List<Target> checked(JsonNode body) {
    if (body.hasNonNull("etag") && !body.path("etag").asText().equals(etag())) {
      throw new ApiError(
          409,
          "ABORTED",
          "Conflict for resource '"
              + shortName()
              + "': version '"
              + body.path("etag").asText()
              + "' was specified but current version is '"
              + etag()
              + "'.");
    }
    List<Target> targets = new ArrayList<>();
    for (JsonNode target : body.path("traffic")) {
      boolean latest = target.path("type").asText().equals(LATEST);
      String revision = target.path("revision").asText("");
      if (!latest && !revisions.contains(revision)) {
        throw new ApiError(
            400, "INVALID_ARGUMENT", "Revision '" + revision + "' is not found in this service.");
      }
      targets.add(
          new Target(
              latest ? Optional.empty() : Optional.of(revision),
              target.path("percent").asInt(0),
              Optional.of(target.path("tag").asText("")).filter(tag -> !tag.isEmpty())));
    }
    int sum = targets.stream().mapToInt(Target::percent).sum();
    if (sum != ALL) {
      throw new ApiError(
          400,
          "INVALID_ARGUMENT",
          "Traffic percentages must sum to 100, but they sum to " + sum + ".");
    }
    return targets;
  }

  /** The wish is written down; it serves once the operation has come to its end. */
  synchronized void begin(List<Target> targets, FakeOperation operation) {
    traffic = List.copyOf(targets);
    changing = Optional.of(operation);
    version++;
  }

  /** The wish serves. */
  synchronized void settle() {
    serving = traffic;
    version++;
  }

  private String etag() {
    return "\"v" + version + "\"";
  }

  private String shortName() {
    return resource.substring(resource.lastIndexOf('/') + 1);
  }

  synchronized ObjectNode json() {
    ObjectNode json = RestJson.object().put("name", resource).put("etag", etag());
    json.put("generation", String.valueOf(version));
    json.put("reconciling", changing.filter(operation -> !operation.done()).isPresent());
    latestReady.ifPresent(name -> json.put("latestReadyRevision", resource + "/revisions/" + name));
    if (!revisions.isEmpty()) {
      json.put("latestCreatedRevision", resource + "/revisions/" + revisions.getLast());
    }
    json.putObject("template").put("serviceAccount", serviceAccount);
    targets(json.putArray("traffic"), traffic);
    if (latestReady.isPresent()) {
      targets(json.putArray("trafficStatuses"), serving);
    }
    return json;
  }

  /** As protobuf does: nothing of what is zero. And of the newest revision not its name. */
  private static void targets(ArrayNode array, List<Target> targets) {
    for (Target target : targets) {
      ObjectNode json =
          array.addObject().put("type", target.revision().isPresent() ? REVISION : LATEST);
      target.revision().ifPresent(name -> json.put("revision", name));
      if (target.percent() > 0) {
        json.put("percent", target.percent());
      }
      target.tag().ifPresent(tag -> json.put("tag", tag));
    }
  }
}
