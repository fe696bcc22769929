package dev.whimbrel.google.run;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The JSON of the Cloud Run Admin API v2. */
final class RunJson {

  private static final String LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";
  private static final String REVISION = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION";

  private RunJson() {}

  static ServiceTraffic service(JsonObject json) {
    Optional<String> account =
        Optional.ofNullable(json.getAsJsonObject("template"))
            .flatMap(template -> text(template, "serviceAccount"));
    return new ServiceTraffic(
        text(json, "etag").orElse(""),
        text(json, "latestReadyRevision").map(RunJson::shortName),
        shares(json.getAsJsonArray("traffic")),
        shares(json.getAsJsonArray("trafficStatuses")),
        json.has("reconciling") && json.get("reconciling").getAsBoolean(),
        account);
  }

  private static List<Share> shares(JsonArray targets) {
    List<Share> shares = new ArrayList<>();
    if (targets != null) {
      for (JsonElement element : targets) {
        JsonObject target = element.getAsJsonObject();
        // Of the newest revision some answers give the name as well; it is not part of the wish.
        shares.add(
            new Share(
                text(target, "revision").map(RunJson::shortName),
                target.has("percent") ? target.get("percent").getAsInt() : 0,
                text(target, "tag")));
      }
    }
    return shares;
  }

  static JsonArray traffic(List<Share> shares) {
    JsonArray traffic = new JsonArray();
    for (Share share : shares) {
      JsonObject target = new JsonObject();
      target.addProperty("type", share.revision().isPresent() ? REVISION : LATEST);
      share.revision().ifPresent(name -> target.addProperty("revision", name));
      if (share.percent() > 0) {
        target.addProperty("percent", share.percent());
      }
      share.tag().ifPresent(tag -> target.addProperty("tag", tag));
      traffic.add(target);
    }
    return traffic;
  }

  static RunOperation operation(JsonObject json) {
    return new RunOperation(
        text(json, "name").orElse(""),
        json.has("done") && json.get("done").getAsBoolean(),
        Optional.ofNullable(json.getAsJsonObject("error"))
            .map(error -> text(error, "message").orElse("no reason given")));
  }

  private static Optional<String> text(JsonObject json, String field) {
    return json.has(field)
        ? Optional.of(json.get(field).getAsString()).filter(found -> !found.isEmpty())
        : Optional.empty();
  }

  private static String shortName(String resource) {
    return resource.substring(resource.lastIndexOf('/') + 1);
  }
}
