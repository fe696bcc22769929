package dev.whimbrel.google.cloudsql;

import static dev.whimbrel.google.Wording.rootMessage;
import static dev.whimbrel.google.Wording.withoutStop;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpResponseException;
import dev.whimbrel.google.cloudsql.CloudSqlAdmin.Call;
import dev.whimbrel.google.cloudsql.CloudSqlException.Kind;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * Sorts and explains what the Admin API answers. Statuses and reasons are those of its error
 * envelope; older reports show operationInProgress and rate limits as 403, so the reason is looked
 * at first.
 */
final class SqlAdminErrors {

  private static final Set<String> THROTTLING =
      Set.of("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded");

  private SqlAdminErrors() {}

  static CloudSqlException explain(Call call, CloudSqlInstance instance, IOException e) {
    if (!(e instanceof HttpResponseException response)) {
      return new CloudSqlException(
          Kind.UNCERTAIN,
          0,
          "%s on instance %s got no response (%s)%s"
              .formatted(call.method(), instance, rootMessage(e), doubt(call)),
          e);
    }
    int status = response.getStatusCode();
    String reason = reason(response).orElse("");
    Kind kind = kind(status, reason);
    String said = said(response);
    String message =
        switch (kind) {
          case DENIED -> denied(call, instance, status, said);
          case NOT_FOUND -> notFound(call, instance, said);
          case BUSY ->
              "instance %s is busy with another operation; Cloud SQL says: %s"
                  .formatted(instance, said);
          case THROTTLED ->
              "the Cloud SQL Admin API limits requests of project %s (HTTP %d on %s): %s"
                  .formatted(instance.project(), status, call.method(), said);
          case INVALID ->
              "Cloud SQL refused %s on instance %s (HTTP %d): %s"
                  .formatted(call.method(), instance, status, said);
          case UNCERTAIN ->
              "%s on instance %s failed with HTTP %d: %s%s"
                  .formatted(call.method(), instance, status, said, doubt(call));
        };
    return new CloudSqlException(kind, status, message, e);
  }

  private static Kind kind(int status, String reason) {
    if (reason.equals("operationInProgress")) {
      return Kind.BUSY;
    }
    if (THROTTLING.contains(reason)) {
      return Kind.THROTTLED;
    }
    return switch (status) {
      case 401, 403 -> Kind.DENIED;
      case 404 -> Kind.NOT_FOUND;
      case 409 -> Kind.BUSY;
      case 429 -> Kind.THROTTLED;
      default -> status >= 500 || status < 400 || status == 408 ? Kind.UNCERTAIN : Kind.INVALID;
    };
  }

  private static String denied(Call call, CloudSqlInstance instance, int status, String said) {
    if (status == 401) {
      return "Google does not accept the credentials for %s on instance %s: %s. Bind the Kubernetes ServiceAccount of the run to a Google service account (Workload Identity)"
          .formatted(call.method(), instance, withoutStop(said));
    }
    return "no permission for %s on instance %s, or it does not exist: %s. Grant %s on project %s to the run's service account, and check the name and that the Cloud SQL Admin API is enabled"
        .formatted(
            call.method(), instance, withoutStop(said), call.permission(), instance.project());
  }

  private static String notFound(Call call, CloudSqlInstance instance, String said) {
    return switch (call) {
      case GET_BACKUP, DELETE_BACKUP, RESTORE_BACKUP, GET_OPERATION ->
          "%s on instance %s found nothing: %s".formatted(call.method(), instance, said);
      default ->
          "instance %s was not found (%s): %s. Check project and name in spec.database.cloudSQL.instance"
              .formatted(instance, call.method(), withoutStop(said));
    };
  }

  private static String doubt(Call call) {
    return call.changes() ? "; it may have been accepted all the same" : "";
  }

  private static Optional<String> reason(HttpResponseException response) {
    return details(response)
        .map(GoogleJsonError::getErrors)
        .filter(errors -> !errors.isEmpty())
        .map(errors -> errors.getFirst().getReason());
  }

  private static String said(HttpResponseException response) {
    return details(response)
        .map(GoogleJsonError::getMessage)
        .or(() -> Optional.ofNullable(response.getStatusMessage()))
        .orElse("no reason given");
  }

  private static Optional<GoogleJsonError> details(HttpResponseException response) {
    return response instanceof GoogleJsonResponseException json
        ? Optional.ofNullable(json.getDetails())
        : Optional.empty();
  }
}
