package dev.whimbrel.testkit.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The requests that the in-memory store cannot answer, or answers wrongly. */
final class ApiAdditions {

  private static final Pattern POD =
      Pattern.compile("/api/v1/namespaces/([^/]+)/pods/([^/]+)(/binding|/log)?");
  private static final String REVIEWS = "/apis/authorization.k8s.io/v1/self";
  private static final String MERGE = "application/merge-patch+json";
  private static final String APPLY = "application/apply-patch+yaml";

  private final KubernetesClient store;
  private final PodDeletion deletion;
  private final PodLogs logs;

  ApiAdditions(KubernetesClient store) {
    this.store = store;
    this.deletion = new PodDeletion(store);
    this.logs = new PodLogs(store);
  }

  boolean handles(ApiRequest request) {
    return switch (request.method()) {
      case "POST" -> request.path().startsWith(REVIEWS) || pod(request, "/binding");
      case "GET" -> pod(request, "/log");
      case "DELETE" -> pod(request, null);
      case "PATCH" ->
          request.contentType().startsWith(MERGE) || request.contentType().startsWith(APPLY);
      default -> false;
    };
  }

  private static boolean pod(ApiRequest request, String suffix) {
    Matcher path = POD.matcher(request.path());
    return path.matches() && java.util.Objects.equals(path.group(3), suffix);
  }

  void answer(ApiRequest request, ApiReply reply) {
    try {
      switch (request.method()) {
        case "POST" -> post(request, reply);
        case "GET" -> {
          Matcher path = matched(request);
          logs.send(path.group(1), path.group(2), request.parameters(), reply);
        }
        case "DELETE" -> {
          Matcher path = matched(request);
          reply.json(200, deletion.delete(path.group(1), path.group(2), request.body()));
        }
        case "PATCH" -> reply.json(200, merge(request));
        default -> throw new IllegalStateException("not handled: " + request.method());
      }
    } catch (KubernetesClientException e) {
      int code = e.getCode() == 0 ? 500 : e.getCode();
      Status status = e.getStatus() == null ? failure(code, e.getMessage()) : e.getStatus();
      reply.json(code, Serialization.asJson(status));
    }
  }

  static Status failure(int code, String message) {
    return new StatusBuilder()
        .withStatus("Failure")
        .withCode(code)
        .withReason(code == 404 ? "NotFound" : code == 409 ? "Conflict" : "BadRequest")
        .withMessage(message)
        .build();
  }

  private static Matcher matched(ApiRequest request) {
    Matcher path = POD.matcher(request.path());
    if (!path.matches()) {
      throw new IllegalStateException("not a pod: " + request.path());
    }
    return path;
  }

  private void post(ApiRequest request, ApiReply reply) {
    if (request.path().startsWith(REVIEWS)) {
      reply.json(201, allowed(request.body()));
    } else {
      Matcher path = matched(request);
      String node =
          Serialization.unmarshal(request.body(), JsonNode.class)
              .path("target")
              .path("name")
              .asText();
      bind(path.group(1), path.group(2), node);
      reply.json(
          201,
          Serialization.asJson(new StatusBuilder().withStatus("Success").withCode(201).build()));
    }
  }

  /** Everybody may do everything here. */
  private static String allowed(String review) {
    ObjectNode answer = Serialization.unmarshal(review, ObjectNode.class);
    ObjectNode status = answer.putObject("status");
    status.put("allowed", true);
    status.put("incomplete", false);
    ObjectNode rule = status.putArray("resourceRules").addObject();
    List.of("apiGroups", "resources", "verbs").forEach(it -> rule.putArray(it).add("*"));
    status.putArray("nonResourceRules");
    return Serialization.asJson(answer);
  }

  private void bind(String namespace, String name, String node) {
    var pod = store.pods().inNamespace(namespace).withName(name);
    if (pod.get() == null) {
      throw new KubernetesClientException("pods \"" + name + "\" not found", 404, null);
    }
    pod.patch(
        io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
            io.fabric8.kubernetes.client.dsl.base.PatchType.JSON),
        Serialization.asJson(
            List.of(Map.of("op", "add", "path", "/spec/nodeName", "value", node))));
  }

  /**
   * A merge patch by RFC 7386, which the store gets wrong (it appends to arrays and keeps nulls),
   * and server-side apply as a merge that may create.
   */
  private String merge(ApiRequest request) {
    boolean apply = request.contentType().startsWith(APPLY);
    JsonNode patch = Serialization.unmarshal(request.body(), JsonNode.class);
    while (true) {
      String current = get(request.path());
      if (current == null) {
        if (!apply) {
          throw new KubernetesClientException(request.path() + " not found", 404, null);
        }
        String collection = request.path().substring(0, request.path().lastIndexOf('/'));
        return store.raw(collection, "POST", patch);
      }
      JsonNode merged = merged(Serialization.unmarshal(current, JsonNode.class), patch);
      try {
        return store.raw(request.path(), "PUT", merged);
      } catch (KubernetesClientException e) {
        if (e.getCode() != 409 || patch.path("metadata").has("resourceVersion")) {
          throw e;
        }
        // Somebody was faster; a patch without a version does not mind.
      }
    }
  }

  private String get(String path) {
    String object = path.endsWith("/status") ? path.substring(0, path.length() - 7) : path;
    try {
      return store.raw(object);
    } catch (KubernetesClientException e) {
      if (e.getCode() == 404) {
        return null;
      }
      throw e;
    }
  }

  static JsonNode merged(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch;
    }
    ObjectNode result =
        target instanceof ObjectNode object
            ? object.deepCopy()
            : Serialization.jsonMapper().createObjectNode();
    changes
        .properties()
        .forEach(change -> {
          if (change.getValue().isNull()) {
            result.remove(change.getKey());
          } else {
            JsonNode old = result.path(change.getKey());
            result.set(change.getKey(), merged(old, change.getValue()));
          }
        });
    return result;
  }
}
