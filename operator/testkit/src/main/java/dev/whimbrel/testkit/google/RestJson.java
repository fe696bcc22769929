package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** The JSON that Google's newer APIs have in common. */
final class RestJson {

  private RestJson() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** The error envelope: unlike that of Cloud SQL it has a status of gRPC, and no reasons. */
  static ObjectNode error(ApiError error) {
    ObjectNode envelope = object();
    envelope
        .putObject("error")
        .put("code", error.status())
        .put("message", error.getMessage())
        .put("status", status(error));
    return envelope;
  }

  /** A status of gRPC. A reason is of Cloud SQL's making where it is not spelled like a status. */
  static String status(ApiError error) {
    if (error.reason().equals(error.reason().toUpperCase(Locale.ROOT))) {
      return error.reason();
    }
    return switch (error.status()) {
      case 400 -> "INVALID_ARGUMENT";
      case 401 -> "UNAUTHENTICATED";
      case 403 -> "PERMISSION_DENIED";
      case 404 -> "NOT_FOUND";
      case 409 -> "ABORTED";
      case 429 -> "RESOURCE_EXHAUSTED";
      case 503 -> "UNAVAILABLE";
      default -> "INTERNAL";
    };
  }
}
