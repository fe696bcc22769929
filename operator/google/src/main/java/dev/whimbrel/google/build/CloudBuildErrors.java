package dev.whimbrel.google.build;

import static dev.whimbrel.google.Wording.withoutStop;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode;
import dev.whimbrel.google.build.CloudBuildException.Kind;
import io.grpc.Status;

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
      String call, String permission, boolean changes, WorkerPool pool, ApiException e) {
    StatusCode.Code code = e.getStatusCode().getCode();
    String said = said(e);
    return switch (code) {
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          new CloudBuildException(
              Kind.DENIED,
              "no permission for %s in project %s: %s. Grant %s on the project, roles/iam.serviceAccountUser on the build's service account and roles/cloudbuild.workerPoolUser on the pool's project to the run's service account"
                  .formatted(call, pool.project(), withoutStop(said), permission),
              e);
      case NOT_FOUND ->
          new CloudBuildException(
              Kind.NOT_FOUND,
              "Cloud Build found nothing for %s in %s: %s. Check spec.run.cloudBuild.workerPool (gcloud builds worker-pools list --region=%s --project=%s)"
                  .formatted(call, pool.parent(), withoutStop(said), pool.region(), pool.project()),
              e);
      case RESOURCE_EXHAUSTED ->
          new CloudBuildException(
              Kind.THROTTLED, "Cloud Build limits requests (%s): %s".formatted(call, said), e);
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE, ALREADY_EXISTS, UNIMPLEMENTED ->
          new CloudBuildException(
              Kind.INVALID, "Cloud Build refused %s (%s): %s".formatted(call, code, said), e);
      case OK, CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, ABORTED, INTERNAL, UNAVAILABLE, DATA_LOSS ->
          new CloudBuildException(
              Kind.UNCERTAIN,
              "Cloud Build did not answer %s as it should (%s): %s%s"
                  .formatted(
                      call,
                      code,
                      withoutStop(said),
                      changes ? "; it may have been accepted all the same" : ""),
              e);
    };
  }

  /** The server's own words, without the code that stands before them in every exception. */
  private static String said(ApiException e) {
    String description = Status.fromThrowable(e).getDescription();
    return description == null || description.isBlank() ? "no reason given" : description;
  }
}
