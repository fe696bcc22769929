package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The methods of the Cloud Run Admin API v2 that the fake has. */
final class CloudRunRest implements RestApi {

  private static final Pattern PATH =
      Pattern.compile(
          "/v2/(projects/[^/]+/locations/[^/]+/(services|operations)/[^/:]+)(:testIamPermissions)?");

  private static final String SERVICE = "type.googleapis.com/google.cloud.run.v2.Service";

  private final FakeCloudRun run;
  private final FakePermissions permissions;

  CloudRunRest(FakeCloudRun run, FakePermissions permissions) {
    this.run = run;
    this.permissions = permissions;
  }

  @Override
  public boolean serves(String path) {
    return PATH.matcher(path).matches();
  }

  @Override
  public ApiCall call(RestRequest request) {
    Matcher path = path(request);
    String shape =
        request.method() + " " + path.group(2) + (path.group(3) == null ? "" : path.group(3));
    return switch (shape) {
      case "GET services" -> ApiCall.GET_RUN_SERVICE;
      case "PATCH services" -> ApiCall.UPDATE_RUN_SERVICE;
      case "POST services:testIamPermissions" -> ApiCall.TEST_RUN_PERMISSIONS;
      case "GET operations" -> ApiCall.GET_RUN_OPERATION;
      default -> ApiCall.UNKNOWN;
    };
  }

  @Override
  public JsonNode handle(RestRequest request) {
    String resource = path(request).group(1);
    run.advance();
    return switch (call(request)) {
      case GET_RUN_SERVICE -> {
        require("run.services.get", resource);
        yield run.service(resource).json();
      }
      case UPDATE_RUN_SERVICE -> update(request, resource);
      case TEST_RUN_PERMISSIONS -> held(request.body());
      case GET_RUN_OPERATION -> operation(resource);
      default -> throw new ApiError(404, "NOT_FOUND", "Method not found.");
    };
  }

  /** Anything but the traffic the fake does not change. */
  private ObjectNode update(RestRequest request, String resource) {
    require("run.services.update", resource);
    if (!"traffic".equals(request.query().get("updateMask"))) {
      throw new ApiError(400, "INVALID_ARGUMENT", "The fake updates updateMask=traffic only.");
    }
    FakeRunService service = run.service(resource);
    return operation(run.begin(service, service.checked(request.body())));
  }

  private ObjectNode operation(String name) {
    FakeOperation operation = run.operation(name);
    ObjectNode json = RestJson.object().put("name", name);
    FakeRunService service = run.service(operation.target().orElseThrow());
    json.set("metadata", service.json().put("@type", SERVICE));
    if (operation.done()) {
      json.put("done", true);
      operation
          .error()
          .ifPresentOrElse(
              message -> json.putObject("error").put("code", 9).put("message", message),
              () -> json.set("response", service.json().put("@type", SERVICE)));
    }
    return json;
  }

  private ObjectNode held(JsonNode body) {
    ObjectNode answer = RestJson.object();
    ArrayNode held = answer.putArray("permissions");
    for (JsonNode permission : body.path("permissions")) {
      if (permissions.has(permission.asText())) {
        held.add(permission.asText());
      }
    }
    return answer;
  }

  private void require(String permission, String resource) {
    if (!permissions.has(permission)) {
      throw new ApiError(
          403,
          "PERMISSION_DENIED",
          "Permission '"
              + permission
              + "' denied on resource '"
              + resource
              + "' (or resource may not exist).");
    }
  }

  private static Matcher path(RestRequest request) {
    Matcher path = PATH.matcher(request.path());
    if (!path.matches()) {
      throw new IllegalArgumentException(request.path());
    }
    return path;
  }
}
