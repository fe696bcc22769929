package dev.whimbrel.testkit.google;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/** The methods of the Secret Manager API v1 that the fake has, with its texts. */
final class SecretManagerApi implements RestApi {

  private static final Pattern PATH =
      Pattern.compile(
          "/v1/projects/(?<project>[^/]+)/secrets(?:/(?<secret>[^/:]+)"
              + "(?:/versions(?:/(?<version>[^/:]+))?)?)?(?::(?<verb>[a-zA-Z]+))?");

  private static final int DEFAULT_PAGE_SIZE = 100;

  private final FakeSecrets secrets;
  private final ProjectNumbers numbers;

  SecretManagerApi(FakeSecrets secrets, ProjectNumbers numbers) {
    this.secrets = secrets;
    this.numbers = numbers;
  }

  @Override
  public boolean serves(String path) {
    return PATH.matcher(path).matches();
  }

  @Override
  public ApiCall call(RestRequest request) {
    Matcher path = path(request);
    boolean versions = request.path().contains("/versions");
    String shape =
        request.method()
            + (path.group("secret") == null ? "" : " secret")
            + (versions ? " versions" : "")
            + (path.group("version") == null ? "" : " version")
            + (path.group("verb") == null ? "" : ":" + path.group("verb"));
    return switch (shape) {
      case "GET" -> ApiCall.LIST_SECRETS;
      case "GET secret" -> ApiCall.GET_SECRET;
      case "GET secret:getIamPolicy" -> ApiCall.SECRET_POLICY;
      case "POST secret:setIamPolicy" -> ApiCall.SET_SECRET_POLICY;
      case "POST secret:testIamPermissions" -> ApiCall.TEST_SECRET_PERMISSIONS;
      case "GET secret versions" -> ApiCall.LIST_SECRET_VERSIONS;
      case "GET secret versions version" -> ApiCall.GET_SECRET_VERSION;
      case "GET secret versions version:access" -> ApiCall.ACCESS_SECRET_VERSION;
      case "POST secret versions version:enable" -> ApiCall.ENABLE_SECRET_VERSION;
      case "POST secret versions version:disable" -> ApiCall.DISABLE_SECRET_VERSION;
      default -> ApiCall.UNKNOWN;
    };
  }

  @Override
  public JsonNode handle(RestRequest request) {
    return switch (call(request)) {
      case LIST_SECRETS -> list(request);
      case GET_SECRET -> json(secret(request));
      case SECRET_POLICY -> policy(secret(request));
      case SET_SECRET_POLICY -> setPolicy(secret(request), request.body().path("policy"));
      case TEST_SECRET_PERMISSIONS -> permissions(secret(request), request.body());
      case LIST_SECRET_VERSIONS -> listVersions(request);
      case GET_SECRET_VERSION -> json(secret(request), version(request));
      case ACCESS_SECRET_VERSION -> access(request);
      case ENABLE_SECRET_VERSION -> set(request, FakeSecret.State.ENABLED);
      case DISABLE_SECRET_VERSION -> set(request, FakeSecret.State.DISABLED);
      default -> throw new ApiError(404, "NOT_FOUND", "Method not found.");
    };
  }

  private ObjectNode list(RestRequest request) {
    String project = path(request).group("project");
    if (secrets.hidden()) {
      throw denied("secretmanager.secrets.list", "projects/" + numbers.of(project));
    }
    return page(request, "secrets", secrets.of(project), SecretManagerApi::name, this::json);
  }

  private static String name(FakeSecret secret) {
    return secret.name();
  }

  private ObjectNode listVersions(RestRequest request) {
    FakeSecret secret = secret(request);
    return page(
        request,
        "versions",
        secret.versions().reversed(),
        version -> String.valueOf(version.number()),
        version -> json(secret, version));
  }

  /** The text of {@code projects/P/secrets/S/versions/V}. */
  String value(String version) {
    JsonNode read =
        access(new RestRequest("GET", "/v1/" + version + ":access", Map.of(), RestJson.object()));
    return new String(
        Base64.getDecoder().decode(read.path("payload").path("data").asText()), UTF_8);
  }

  private ObjectNode access(RestRequest request) {
    Matcher path = path(request);
    String asked =
        resource(path.group("project"), path.group("secret"))
            + "/versions/"
            + path.group("version");
    FakeSecret secret = find(path).orElse(null);
    if (secret == null ? secrets.hidden() : !secrets.mayRead(secret)) {
      throw denied("secretmanager.versions.access", asked);
    }
    if (secret == null || secret.versions().isEmpty()) {
      throw new ApiError(
          404,
          "NOT_FOUND",
          "Secret ["
              + resource(path.group("project"), path.group("secret"))
              + "] not found or has no versions.");
    }
    FakeSecret.Version version = version(request);
    if (version.state() != FakeSecret.State.ENABLED) {
      throw new ApiError(
          400,
          "FAILED_PRECONDITION",
          "Secret Version ["
              + resource(secret, version)
              + "] is in "
              + version.state()
              + " state.");
    }
    CRC32C sum = new CRC32C();
    sum.update(version.payload());
    ObjectNode answer = RestJson.object().put("name", resource(secret, version));
    answer
        .putObject("payload")
        .put("data", Base64.getEncoder().encodeToString(version.payload()))
        .put("dataCrc32c", String.valueOf(sum.getValue()));
    return answer;
  }

  private ObjectNode set(RestRequest request, FakeSecret.State state) {
    FakeSecret secret = secret(request);
    int number = version(request).number();
    secret.set(number, state);
    return json(secret, secret.versions().get(number - 1));
  }

  private ObjectNode permissions(FakeSecret secret, JsonNode body) {
    ObjectNode answer = RestJson.object();
    ArrayNode held = answer.putArray("permissions");
    for (JsonNode permission : body.path("permissions")) {
      boolean read = permission.asText().equals("secretmanager.versions.access");
      if (!read || secrets.mayRead(secret)) {
        held.add(permission.asText());
      }
    }
    return answer;
  }

  private static ObjectNode policy(FakeSecret secret) {
    ObjectNode policy = RestJson.object().put("version", 1).put("etag", "BwYfake=");
    ArrayNode bindings = policy.putArray("bindings");
    secret
        .bindings()
        .forEach((role, members) -> {
          ArrayNode list = bindings.addObject().put("role", role).putArray("members");
          members.forEach(list::add);
        });
    return policy;
  }

  private static ObjectNode setPolicy(FakeSecret secret, JsonNode policy) {
    Map<String, Set<String>> bindings = new TreeMap<>();
    for (JsonNode binding : policy.path("bindings")) {
      Set<String> members =
          bindings.computeIfAbsent(binding.path("role").asText(), _ -> new TreeSet<>());
      binding.path("members").forEach(member -> members.add(member.asText()));
    }
    secret.replaceBindings(bindings);
    return policy(secret);
  }

  private FakeSecret secret(RestRequest request) {
    Matcher path = path(request);
    return find(path)
        .orElseThrow(() ->
            new ApiError(
                404,
                "NOT_FOUND",
                "Secret ["
                    + resource(path.group("project"), path.group("secret"))
                    + "] not found."));
  }

  private Optional<FakeSecret> find(Matcher path) {
    return secrets.find(path.group("project"), path.group("secret"));
  }

  private FakeSecret.Version version(RestRequest request) {
    FakeSecret secret = secret(request);
    String wanted = path(request).group("version");
    List<FakeSecret.Version> versions = secret.versions();
    return versions.stream()
        .filter(version -> wanted.equals(String.valueOf(version.number())))
        .findFirst()
        .or(() ->
            wanted.equals("latest") && !versions.isEmpty()
                ? Optional.of(versions.getLast())
                : Optional.empty())
        .orElseThrow(() ->
            new ApiError(
                404,
                "NOT_FOUND",
                "Secret Version ["
                    + resource(secret.project(), secret.name())
                    + "/versions/"
                    + wanted
                    + "] not found."));
  }

  private ObjectNode json(FakeSecret secret) {
    ObjectNode json =
        RestJson.object()
            .put("name", resource(secret.project(), secret.name()))
            .put("createTime", secret.created().toString())
            .put("etag", "\"1\"");
    json.putObject("replication").putObject("automatic");
    return json;
  }

  private ObjectNode json(FakeSecret secret, FakeSecret.Version version) {
    return RestJson.object()
        .put("name", resource(secret, version))
        .put("createTime", version.created().toString())
        .put("state", version.state().name())
        .put("etag", "\"1\"");
  }

  private String resource(FakeSecret secret, FakeSecret.Version version) {
    return resource(secret.project(), secret.name()) + "/versions/" + version.number();
  }

  /** What the service says names the project by its number. */
  private String resource(String project, String secret) {
    return "projects/" + numbers.of(project) + "/secrets/" + secret;
  }

  private static ApiError denied(String permission, String resource) {
    return new ApiError(
        403,
        "PERMISSION_DENIED",
        "Permission '"
            + permission
            + "' denied for resource '"
            + resource
            + "' (or it may not exist).");
  }

  private static <T> ObjectNode page(
      RestRequest request,
      String field,
      List<T> all,
      Function<T, String> key,
      Function<T, ObjectNode> toJson) {
    String after = request.query().getOrDefault("pageToken", "");
    int from = after.isEmpty() ? 0 : all.stream().map(key).toList().indexOf(after) + 1;
    int size = request.number("pageSize", DEFAULT_PAGE_SIZE);
    int to = Math.min(all.size(), from + (size == 0 ? DEFAULT_PAGE_SIZE : size));
    ObjectNode answer = RestJson.object();
    ArrayNode items = answer.putArray(field);
    all.subList(from, to).forEach(item -> items.add(toJson.apply(item)));
    answer.put("totalSize", all.size());
    if (to < all.size()) {
      answer.put("nextPageToken", key.apply(all.get(to - 1)));
    }
    return answer;
  }

  private static Matcher path(RestRequest request) {
    Matcher path = PATH.matcher(request.path());
    if (!path.matches()) {
      throw new ApiError(404, "NOT_FOUND", "Not Found");
    }
    return path;
  }
}
