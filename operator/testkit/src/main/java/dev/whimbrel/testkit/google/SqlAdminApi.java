package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The methods of the Cloud SQL Admin API v1beta4 that the fake has, below {@code /sql/v1beta4/}.
 */
final class SqlAdminApi implements RestApi {

  private static final int DEFAULT_PAGE_SIZE = 20;

  private final Map<String, FakeInstance> instances;
  private final SqlAdminJson json;
  private final Clock clock;
  private final String user;
  private final FakePermissions permissions;
  private final Cloner cloner;

  /** Makes a second instance of one. */
  interface Cloner {

    /** Begins; the new instance is there at once, and runs when the operation has ended. */
    FakeOperation clone(
        FakeInstance source, String name, Optional<Instant> pointInTime, String user);
  }

  SqlAdminApi(
      Map<String, FakeInstance> instances,
      SqlAdminJson json,
      Clock clock,
      String user,
      FakePermissions permissions,
      Cloner cloner) {
    this.instances = instances;
    this.permissions = permissions;
    this.cloner = cloner;
    this.json = json;
    this.clock = clock;
    this.user = user;
  }

  /**
   * A request after routing.
   *
   * @param call what is asked
   * @param project of the path
   * @param name instance or operation of the path, empty for lists of a project
   * @param id backup of the path, empty for none
   * @param query decoded
   * @param body parsed, an empty object for none
   */
  record Request(
      ApiCall call,
      String project,
      String name,
      String id,
      Map<String, String> query,
      JsonNode body) {}

  @Override
  public boolean serves(String path) {
    return path.startsWith("/sql/");
  }

  @Override
  public ApiCall call(RestRequest request) {
    return route(request).call();
  }

  @Override
  public ObjectNode handle(RestRequest request) {
    return handle(route(request));
  }

  @Override
  public ObjectNode error(ApiError error) {
    return SqlAdminJson.error(error.status(), error.reason(), error.getMessage());
  }

  private static Request route(RestRequest request) {
    return route(request.method(), request.path(), request.query(), request.body());
  }

  /** Reads method and path, for example {@code GET /sql/v1beta4/projects/p/instances/i}. */
  private static Request route(
      String method, String path, Map<String, String> query, JsonNode body) {
    String[] parts = path.split("/", -1);
    // "", sql, v1beta4, projects, PROJECT, COLLECTION [, NAME [, SUB [, ID]]]
    if (parts.length < 6 || parts.length > 9 || !path.startsWith("/sql/v1beta4/projects/")) {
      return new Request(ApiCall.UNKNOWN, "", "", "", query, body);
    }
    // instances/NAME:generateEphemeralCert is the one that is spelled like this.
    boolean verb = parts.length == 7 && parts[6].endsWith(":generateEphemeralCert");
    String name = parts.length > 6 ? parts[6].replaceFirst(":.*", "") : "";
    String id = parts.length > 8 ? parts[8] : "";
    String shape =
        method
            + " "
            + parts[5]
            + (parts.length > 6 ? "/*" : "")
            + (verb ? ":generateEphemeralCert" : "")
            + (parts.length > 7 ? "/" + parts[7] : "")
            + (parts.length > 8 ? "/*" : "");
    ApiCall call =
        switch (shape) {
          case "GET instances" -> ApiCall.LIST_INSTANCES;
          case "GET instances/*" -> ApiCall.GET_INSTANCE;
          case "GET instances/*/connectSettings" -> ApiCall.CONNECT_SETTINGS;
          case "POST instances/*:generateEphemeralCert" -> ApiCall.EPHEMERAL_CERT;
          case "GET instances/*/getLatestRecoveryTime" -> ApiCall.LATEST_RECOVERY_TIME;
          case "POST instances/*/restoreBackup" -> ApiCall.RESTORE_BACKUP;
          case "POST instances/*/clone" -> ApiCall.CLONE;
          case "GET instances/*/databases" -> ApiCall.LIST_DATABASES;
          case "GET instances/*/users" -> ApiCall.LIST_USERS;
          case "POST instances/*/users" -> ApiCall.INSERT_USER;
          case "GET instances/*/backupRuns" -> ApiCall.LIST_BACKUPS;
          case "POST instances/*/backupRuns" -> ApiCall.INSERT_BACKUP;
          case "GET instances/*/backupRuns/*" -> ApiCall.GET_BACKUP;
          case "DELETE instances/*/backupRuns/*" -> ApiCall.DELETE_BACKUP;
          case "GET operations" -> ApiCall.LIST_OPERATIONS;
          case "GET operations/*" -> ApiCall.GET_OPERATION;
          default -> ApiCall.UNKNOWN;
        };
    return new Request(call, parts[4], name, id, query, body);
  }

  private ObjectNode handle(Request request) {
    return switch (request.call()) {
      case LIST_INSTANCES -> listInstances(request);
      case GET_INSTANCE -> json.instance(instance(request));
      case CONNECT_SETTINGS -> {
        demandToConnect();
        yield json.connectSettings(instance(request));
      }
      case EPHEMERAL_CERT -> {
        demandToConnect();
        yield ephemeralCert(request);
      }
      case LATEST_RECOVERY_TIME -> latestRecoveryTime(instance(request));
      case INSERT_BACKUP -> insertBackup(request);
      case RESTORE_BACKUP -> restore(request);
      case CLONE -> clone(request);
      case LIST_DATABASES -> json.databases(instance(request));
      case LIST_USERS -> json.users(instance(request));
      case INSERT_USER -> insertUser(request);
      case LIST_BACKUPS -> listBackups(request);
      case GET_BACKUP -> json.backup(instance(request), backup(request));
      case DELETE_BACKUP -> {
        FakeInstance instance = instance(request);
        yield json.operation(instance, instance.deleteBackup(backup(request).id(), user));
      }
      case LIST_OPERATIONS -> listOperations(request);
      case GET_OPERATION -> operation(request);
      default -> throw new ApiError(404, "notFound", "Not Found");
    };
  }

  private ObjectNode listInstances(Request request) {
    ObjectNode list = SqlAdminJson.object("sql#instancesList");
    ArrayNode items = list.putArray("items");
    ofProject(request).forEach(instance -> items.add(json.instance(instance)));
    return list;
  }

  /** One permission for both calls of a connector, as users' reports have it. */
  private void demandToConnect() {
    if (!permissions.has("cloudsql.instances.connect")) {
      throw new ApiError(
          403, "notAuthorized", "The client is not authorized to make this request.");
    }
  }

  /** Whoever sends an access token along logs in by it. */
  private ObjectNode ephemeralCert(Request request) {
    InstanceCertificates certificates = instance(request).certificates();
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer
        .putObject("ephemeralCert")
        .put("kind", "sql#sslCert")
        .put(
            "cert",
            certificates.certify(
                text(request.body(), "public_key").orElse(""),
                text(request.body(), "access_token").map(token -> IamLogin.user(user))));
    return answer;
  }

  private ObjectNode insertUser(Request request) {
    FakeInstance instance = instance(request);
    String name =
        text(request.body(), "name")
            .orElseThrow(() -> new ApiError(400, "required", "Invalid request: name is missing."));
    InstanceUsers.User wanted =
        new InstanceUsers.User(name, text(request.body(), "type").orElse(InstanceUsers.BUILT_IN));
    return json.operation(
        instance, instance.insertUser(wanted, text(request.body(), "password").orElse(""), user));
  }

  private ObjectNode latestRecoveryTime(FakeInstance instance) {
    return SqlAdminJson.object("sql#getLatestRecoveryTime")
        .put("latestRecoveryTime", instance.latestRecoveryTime().toString());
  }

  private ObjectNode insertBackup(Request request) {
    FakeInstance instance = instance(request);
    JsonNode body = request.body();
    return json.operation(
        instance, instance.insertBackup(text(body, "description"), text(body, "location"), user));
  }

  private ObjectNode restore(Request request) {
    FakeInstance target = instance(request);
    JsonNode context = request.body().path("restoreBackupContext");
    String project = text(context, "project").orElse(request.project());
    String source = text(context, "instanceId").orElse(request.name());
    Request origin =
        new Request(
            ApiCall.GET_BACKUP,
            project,
            source,
            context.path("backupRunId").asText(),
            Map.of(),
            context);
    return json.operation(target, target.restore(backup(origin), user));
  }

  private ObjectNode clone(Request request) {
    FakeInstance source = instance(request);
    JsonNode context = request.body().path("cloneContext");
    String name = text(context, "destinationInstanceName").orElse("");
    if (name.isEmpty()) {
      throw new ApiError(400, "required", "Invalid request: destinationInstanceName is missing.");
    }
    Optional<Instant> pointInTime = text(context, "pointInTime").map(Instant::parse);
    // Before the copy is made: one that is refused must not leave an instance.
    pointInTime.ifPresent(source::refuseUnreachable);
    return json.operation(source, cloner.clone(source, name, pointInTime, user));
  }

  private ObjectNode listBackups(Request request) {
    FakeInstance instance = instance(request);
    return page(
        "sql#backupRunsList",
        request,
        instance.behavior().maxPageSize(),
        instance.listedBackups(),
        backup -> Long.toString(backup.id()),
        backup -> json.backup(instance, backup));
  }

  private ObjectNode listOperations(Request request) {
    String wanted = request.query().getOrDefault("instance", "");
    Collection<FakeInstance> found =
        wanted.isEmpty()
            ? ofProject(request).toList()
            : List.of(
                instance(
                    new Request(
                        request.call(), request.project(), wanted, "", Map.of(), request.body())));
    record Owned(FakeInstance instance, FakeOperation operation) {}
    List<Owned> operations =
        found.stream()
            .flatMap(i -> i.listedOperations().stream().map(operation -> new Owned(i, operation)))
            .toList();
    int maxPageSize = found.stream().mapToInt(i -> i.behavior().maxPageSize()).min().orElse(500);
    return page(
        "sql#operationsList",
        request,
        maxPageSize,
        operations,
        owned -> owned.operation().name(),
        owned -> json.operation(owned.instance(), owned.operation()));
  }

  private ObjectNode operation(Request request) {
    return ofProject(request)
        .flatMap(instance ->
            instance.operation(request.name()).stream()
                .map(operation -> json.operation(instance, operation)))
        .findFirst()
        .orElseThrow(
            () -> new ApiError(404, "operationDoesNotExist", "The operation does not exist."));
  }

  private FakeInstance instance(Request request) {
    return ofProject(request)
        .filter(instance -> instance.options().name().equals(request.name()))
        .findFirst()
        .orElseThrow(() ->
            new ApiError(404, "instanceDoesNotExist", "The Cloud SQL instance does not exist."));
  }

  private FakeBackup backup(Request request) {
    try {
      return instance(request).backup(Long.parseLong(request.id()));
    } catch (NumberFormatException e) {
      throw new ApiError(400, "invalid", "Invalid value: " + request.id());
    }
  }

  private Stream<FakeInstance> ofProject(Request request) {
    return instances.values().stream()
        .filter(instance -> instance.options().project().equals(request.project()));
  }

  /** The page after the item that the token names, so that newer items shift nothing. */
  private static <T> ObjectNode page(
      String kind,
      Request request,
      int maxPageSize,
      List<T> all,
      Function<T, String> key,
      Function<T, ObjectNode> toJson) {
    String token = request.query().getOrDefault("pageToken", "");
    int from = 0;
    if (!token.isEmpty()) {
      String last = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      from = all.stream().map(key).toList().indexOf(last) + 1;
    }
    int asked =
        Integer.parseInt(
            request.query().getOrDefault("maxResults", Integer.toString(DEFAULT_PAGE_SIZE)));
    int to = Math.min(all.size(), from + Math.min(asked, maxPageSize));
    ObjectNode list = SqlAdminJson.object(kind);
    if (from < to) {
      ArrayNode items = list.putArray("items");
      all.subList(from, to).forEach(item -> items.add(toJson.apply(item)));
    }
    if (to < all.size()) {
      list.put(
          "nextPageToken",
          Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(key.apply(all.get(to - 1)).getBytes(StandardCharsets.UTF_8)));
    }
    return list;
  }

  private static Optional<String> text(JsonNode object, String field) {
    return Optional.ofNullable(object.path(field).textValue()).filter(text -> !text.isEmpty());
  }
}
