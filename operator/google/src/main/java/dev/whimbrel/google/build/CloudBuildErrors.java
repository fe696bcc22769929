package dev.whimbrel.google.build;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpResponseException;
import dev.whimbrel.google.build.CloudBuildException.Kind;
import java.io.IOException;
import java.util.Optional;

/** Sorts and explains what Cloud Build answers. */
final class CloudBuildErrors {

  private CloudBuildErrors() {}

  /**
   * Explains.
   *
   * @param call name of the method, with what it was called for
   * @param permission that IAM wants for it
   * @param changes whether it may have changed something
   */
  static CloudBuildException explain(
      String call, String permission, boolean changes, WorkerPool pool, IOException e) {
    String doubt = changes ? "; it may have been accepted all the same" : "";
    if (!(e instanceof HttpResponseException response)) {
      return new CloudBuildException(
          Kind.UNCERTAIN,
          "Cloud Build gave no response to %s (%s)%s".formatted(call, rootMessage(e), doubt),
          e);
    }
    int status = response.getStatusCode();
    String said = said(response);
    return switch (status) {
      case 401, 403 ->
          new CloudBuildException(
              Kind.DENIED,
              "no permission for %s in project %s: %s. Grant %s on the project, roles/iam.serviceAccountUser on the build's service account and roles/cloudbuild.workerPoolUser on the pool's project to the run's service account"
                  .formatted(call, pool.project(), withoutStop(said), permission),
              e);
      case 404 ->
          new CloudBuildException(
              Kind.NOT_FOUND,
              "Cloud Build found nothing for %s in %s: %s. Check spec.run.cloudBuild.workerPool (gcloud builds worker-pools list --region=%s --project=%s)"
                  .formatted(call, pool.parent(), withoutStop(said), pool.region(), pool.project()),
              e);
      case 429 ->
          new CloudBuildException(
              Kind.THROTTLED, "Cloud Build limits requests (%s): %s".formatted(call, said), e);
      default ->
          status >= 500 || status < 400 || status == 408
              ? new CloudBuildException(
                  Kind.UNCERTAIN,
                  "Cloud Build answered %s with HTTP %d: %s%s".formatted(call, status, said, doubt),
                  e)
              : new CloudBuildException(
                  Kind.INVALID,
                  "Cloud Build refused %s (HTTP %d): %s".formatted(call, status, said),
                  e);
    };
  }

  private static String said(HttpResponseException response) {
    Optional<GoogleJsonError> details =
        response instanceof GoogleJsonResponseException json
            ? Optional.ofNullable(json.getDetails())
            : Optional.empty();
    return details
        .map(GoogleJsonError::getMessage)
        .or(() -> Optional.ofNullable(response.getStatusMessage()))
        .orElse("no reason given");
  }

  private static String withoutStop(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName()
        + (root.getMessage() == null ? "" : ": " + root.getMessage());
  }
}
