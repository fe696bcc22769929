package dev.whimbrel.google;

import static dev.whimbrel.google.Wording.rootMessage;

import com.google.api.client.http.HttpResponseException;
import com.google.api.gax.rpc.ApiException;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.whimbrel.google.GoogleException.Kind;
import java.util.Optional;

/**
 * Sorts what Google's newer APIs answer over HTTP. The exceptions of their clients lose what the
 * service said: it is only in the body of the response below them, and so is the status of gRPC
 * that tells a refused request from a failed precondition, which share a status of HTTP.
 */
public final class GoogleErrors {

  private GoogleErrors() {}

  /** The same as ours. */
  public static GoogleException explain(Exception e) {
    Optional<HttpResponseException> response = response(e);
    Optional<JsonObject> said = response.flatMap(GoogleErrors::said);
    Kind kind =
        said.map(error -> text(error, "status"))
            .or(() -> code(e))
            .flatMap(GoogleErrors::kind)
            .or(() -> response.map(found -> kind(found.getStatusCode())))
            .orElse(Kind.UNCLEAR);
    String message =
        said.map(error -> text(error, "message"))
            .filter(text -> !text.isEmpty())
            .or(() -> response.map(found -> "HTTP " + found.getStatusCode()))
            .orElseGet(() -> "no response (" + rootMessage(e) + ")");
    return new GoogleException(kind, message, e);
  }

  private static Optional<Kind> kind(String status) {
    return switch (status) {
      case "UNAUTHENTICATED" -> Optional.of(Kind.UNAUTHENTICATED);
      case "PERMISSION_DENIED" -> Optional.of(Kind.DENIED);
      case "NOT_FOUND" -> Optional.of(Kind.NOT_FOUND);
      case "FAILED_PRECONDITION", "ABORTED" -> Optional.of(Kind.PRECONDITION);
      case "INVALID_ARGUMENT", "OUT_OF_RANGE", "ALREADY_EXISTS" -> Optional.of(Kind.INVALID);
      default -> Optional.empty();
    };
  }

  private static Kind kind(int http) {
    return switch (http) {
      case 401 -> Kind.UNAUTHENTICATED;
      case 403 -> Kind.DENIED;
      case 404 -> Kind.NOT_FOUND;
      case 409, 412 -> Kind.PRECONDITION;
      case 408, 429 -> Kind.UNCLEAR;
      default -> http >= 400 && http < 500 ? Kind.INVALID : Kind.UNCLEAR;
    };
  }

  private static Optional<String> code(Exception e) {
    return e instanceof ApiException api
        ? Optional.of(api.getStatusCode().getCode().name())
        : Optional.empty();
  }

  private static Optional<HttpResponseException> response(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof HttpResponseException response) {
        return Optional.of(response);
      }
    }
    return Optional.empty();
  }

  private static Optional<JsonObject> said(HttpResponseException response) {
    try {
      return Optional.ofNullable(response.getContent())
          .map(content ->
              JsonParser.parseString(content).getAsJsonObject().getAsJsonObject("error"));
    } catch (JsonParseException | IllegalStateException | ClassCastException e) {
      // Something between us and Google answered, a proxy's page for example.
      return Optional.empty();
    }
  }

  private static String text(JsonObject error, String field) {
    return error.has(field) ? error.get(field).getAsString() : "";
  }
}
