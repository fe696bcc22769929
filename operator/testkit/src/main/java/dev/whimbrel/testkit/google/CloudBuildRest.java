package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The methods of Cloud Build's REST API v1 that the fake has, all of them regional. */
final class CloudBuildRest implements RestApi {

  private static final Pattern PATH =
      Pattern.compile(
          "/v1/projects/([^/]+)/locations/([^/]+)/(builds|workerPools)(?:/([^/:]+))?(:cancel)?");

  private static final Pattern TAG = Pattern.compile("tags\\s*[=:]\\s*\"?([\\w.-]+)\"?");
  private static final int DEFAULT_PAGE_SIZE = 50;

  private final FakeCloudBuild builds;

  CloudBuildRest(FakeCloudBuild builds) {
    this.builds = builds;
  }

  @Override
  public boolean serves(String path) {
    return PATH.matcher(path).matches();
  }

  @Override
  public ApiCall call(RestRequest request) {
    Matcher path = path(request);
    String shape =
        request.method()
            + " "
            + path.group(3)
            + (path.group(4) == null ? "" : "/*")
            + (path.group(5) == null ? "" : path.group(5));
    return switch (shape) {
      case "POST builds" -> ApiCall.CREATE_BUILD;
      case "GET builds" -> ApiCall.LIST_BUILDS;
      case "GET builds/*" -> ApiCall.GET_BUILD;
      case "POST builds/*:cancel" -> ApiCall.CANCEL_BUILD;
      case "GET workerPools/*" -> ApiCall.GET_WORKER_POOL;
      default -> ApiCall.UNKNOWN;
    };
  }

  @Override
  public JsonNode handle(RestRequest request) {
    Matcher path = path(request);
    String parent = "projects/" + path.group(1) + "/locations/" + path.group(2);
    return switch (call(request)) {
      case CREATE_BUILD -> create(request, path.group(1), path.group(2));
      case LIST_BUILDS -> list(request, parent);
      case GET_BUILD -> build(parent, path.group(4)).json();
      case CANCEL_BUILD -> {
        FakeBuild build = build(parent, path.group(4));
        build.cancel();
        yield build.json();
      }
      case GET_WORKER_POOL -> pool(parent + "/workerPools/" + path.group(4));
      default -> throw new ApiError(404, "NOT_FOUND", "Requested entity was not found.");
    };
  }

  private static Matcher path(RestRequest request) {
    Matcher matcher = PATH.matcher(request.path());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(request.path());
    }
    return matcher;
  }

  /** A long-running operation that says which build it is about. */
  private ObjectNode create(RestRequest request, String project, String region) {
    FakeBuild build = builds.create(request.body(), project, region);
    ObjectNode operation = RestJson.object();
    operation.put(
        "name", "projects/%s/locations/%s/operations/%s".formatted(project, region, build.id()));
    operation
        .putObject("metadata")
        .put("@type", "type.googleapis.com/google.devtools.cloudbuild.v1.BuildOperationMetadata")
        .set("build", build.json());
    return operation;
  }

  private ObjectNode list(RestRequest request, String parent) {
    List<String> wanted =
        TAG.matcher(request.query().getOrDefault("filter", ""))
            .results()
            .map(match -> match.group(1))
            .toList();
    ObjectNode list = RestJson.object();
    ArrayNode found = list.putArray("builds");
    builds.builds().reversed().stream()
        .filter(build -> build.json().path("name").asText().startsWith(parent + "/"))
        .filter(build -> build.tags().containsAll(wanted))
        .limit(request.number("pageSize", DEFAULT_PAGE_SIZE))
        .forEach(build -> found.add(build.json()));
    return list;
  }

  private FakeBuild build(String parent, String id) {
    return builds.builds().stream()
        .filter(build -> build.json().path("name").asText().equals(parent + "/builds/" + id))
        .findFirst()
        .orElseThrow(() -> new ApiError(404, "NOT_FOUND", "Requested entity was not found."));
  }

  private ObjectNode pool(String resource) {
    String state = builds.pools().get(resource);
    if (state == null) {
      throw new ApiError(404, "NOT_FOUND", "Requested entity was not found.");
    }
    return RestJson.object().put("name", resource).put("state", state);
  }
}
