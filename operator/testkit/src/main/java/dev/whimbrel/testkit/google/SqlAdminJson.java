package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The JSON of the Cloud SQL Admin API. int64 fields are strings, as on the wire. */
final class SqlAdminJson {

  private final String root;

  /** Writes links that begin with {@code root}, which ends with a slash. */
  SqlAdminJson(String root) {
    this.root = root + "sql/v1beta4/projects/";
  }

  static ObjectNode object(String kind) {
    return JsonNodeFactory.instance.objectNode().put("kind", kind);
  }

  static ObjectNode error(int status, String reason, String message) {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    ObjectNode error = envelope.putObject("error").put("code", status).put("message", message);
    error
        .putArray("errors")
        .addObject()
        .put("message", message)
        .put("domain", "global")
        .put("reason", reason);
    return envelope;
  }

  ObjectNode instance(FakeInstance instance) {
    FakeInstanceOptions options = instance.options();
    ObjectNode json =
        object("sql#instance")
            .put("name", options.name())
            .put("project", options.project())
            .put("region", options.region())
            .put("gceZone", options.region() + "-a")
            .put("connectionName", options.connectionName())
            .put("state", instance.state())
            .put("instanceType", "CLOUD_SQL_INSTANCE")
            .put("backendType", "SECOND_GEN")
            .put("databaseVersion", "POSTGRES_17")
            .put("databaseInstalledVersion", "POSTGRES_17_10")
            .put("createTime", instance.created().toString())
            .put("selfLink", link(instance));
    json.set("ipAddresses", addresses(instance));
    if (!options.replicaNames().isEmpty()) {
      ArrayNode replicas = json.putArray("replicaNames");
      options.replicaNames().forEach(replicas::add);
    }
    ObjectNode settings = json.putObject("settings").put("kind", "sql#settings");
    settings
        .put("activationPolicy", instance.activationPolicy())
        .put("tier", "db-custom-1-3840")
        .put("edition", "ENTERPRISE")
        .put("settingsVersion", "1")
        .put("dataDiskSizeGb", "10");
    settings
        .putObject("backupConfiguration")
        .put("kind", "sql#backupConfiguration")
        .put("enabled", true)
        .put("startTime", "02:00")
        .put("pointInTimeRecoveryEnabled", options.pointInTimeRecovery())
        .put("backupTier", options.backupTier());
    return json;
  }

  ObjectNode databases(FakeInstance instance) {
    ObjectNode list = object("sql#databasesList");
    ArrayNode items = list.putArray("items");
    for (String name : instance.users().databases()) {
      items
          .addObject()
          .put("kind", "sql#database")
          .put("name", name)
          .put("charset", "UTF8")
          .put("collation", "en_US.UTF8")
          .put("instance", instance.options().name())
          .put("project", instance.options().project())
          .put("selfLink", link(instance) + "/databases/" + name);
    }
    return list;
  }

  ObjectNode users(FakeInstance instance) {
    ObjectNode list = object("sql#usersList");
    ArrayNode items = list.putArray("items");
    for (InstanceUsers.User user : instance.users().list()) {
      items
          .addObject()
          .put("kind", "sql#user")
          .put("name", user.name())
          .put("type", user.type())
          .put("host", "")
          .put("instance", instance.options().name())
          .put("project", instance.options().project());
    }
    return list;
  }

  ObjectNode connectSettings(FakeInstance instance) {
    ObjectNode json =
        object("sql#connectSettings")
            .put("region", instance.options().region())
            .put("databaseVersion", "POSTGRES_17")
            .put("backendType", "SECOND_GEN")
            .put("serverCaMode", "GOOGLE_MANAGED_INTERNAL_CA");
    json.set("ipAddresses", addresses(instance));
    json.putObject("serverCaCert")
        .put("kind", "sql#sslCert")
        .put("instance", instance.options().name())
        .put("cert", instance.certificates().authorityPem());
    return json;
  }

  ObjectNode backup(FakeInstance instance, FakeBackup backup) {
    ObjectNode json =
        object("sql#backupRun")
            .put("id", Long.toString(backup.id()))
            .put("instance", instance.options().name())
            .put("status", backup.status())
            .put("type", backup.type())
            .put("backupKind", "SNAPSHOT")
            .put("databaseVersion", "POSTGRES_17")
            .put("location", backup.location())
            .put("enqueuedTime", backup.enqueuedTime().toString())
            .put("windowStartTime", backup.enqueuedTime().toString())
            .put("selfLink", link(instance) + "/backupRuns/" + backup.id());
    backup.description().ifPresent(text -> json.put("description", text));
    backup.startTime().ifPresent(time -> json.put("startTime", time.toString()));
    backup.endTime().ifPresent(time -> json.put("endTime", time.toString()));
    if (backup.status().equals("FAILED")) {
      json.putObject("error")
          .put("kind", "sql#operationError")
          .put("code", "INTERNAL_ERROR")
          .put("message", "The backup could not be completed.");
    }
    return json;
  }

  ObjectNode operation(FakeInstance instance, FakeOperation operation) {
    ObjectNode json =
        object("sql#operation")
            .put("name", operation.name())
            .put("operationType", operation.type())
            .put("status", operation.status())
            .put("user", operation.user())
            .put("insertTime", operation.insertTime().toString())
            .put("targetId", operation.target().orElse(instance.options().name()))
            .put("targetProject", instance.options().project())
            .put("targetLink", link(instance))
            .put(
                "selfLink",
                root + instance.options().project() + "/operations/" + operation.name());
    operation.startTime().ifPresent(time -> json.put("startTime", time.toString()));
    operation.endTime().ifPresent(time -> json.put("endTime", time.toString()));
    if (operation.backupId().isPresent() && instance.behavior().backupContext()) {
      json.putObject("backupContext")
          .put("kind", "sql#backupContext")
          .put("backupId", Long.toString(operation.backupId().get()));
    }
    operation
        .error()
        .ifPresent(message -> {
          ObjectNode errors = json.putObject("error").put("kind", "sql#operationErrors");
          errors
              .putArray("errors")
              .addObject()
              .put("kind", "sql#operationError")
              .put("code", "INTERNAL_ERROR")
              .put("message", message);
        });
    return json;
  }

  private static ArrayNode addresses(FakeInstance instance) {
    ArrayNode addresses = JsonNodeFactory.instance.arrayNode();
    addresses
        .addObject()
        .put("type", instance.addressType())
        .put("ipAddress", instance.options().privateAddress().orElse(instance.address()));
    return addresses;
  }

  private String link(FakeInstance instance) {
    return root + instance.options().project() + "/instances/" + instance.options().name();
  }
}
