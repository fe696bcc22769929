package dev.whimbrel.runner.build;

import dev.whimbrel.google.build.BuildEnd;
import dev.whimbrel.google.build.BuildRecord;
import dev.whimbrel.google.build.CloudBuildException;
import dev.whimbrel.protocol.BuildInput;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.runner.StepEnd;

/**
 * What an end of a build means whose runner did not get to say anything. None of them tells whether
 * SQL has run; the database's history does.
 */
final class BuildEnds {

  /** A secret that Cloud Build was to fill in. */
  static final String SECRET_NOT_READABLE = "SecretNotReadable";

  private BuildEnds() {}

  /** Where there is no build, or none that can be read. */
  static StepEnd of(BuildEnd.None none) {
    return none.permanent()
        ? StepEnd.permanent(none.reason(), none.message(), null)
        : StepEnd.transientFailure(none.reason(), none.message(), null);
  }

  /** Where the list of builds cannot be had. */
  static StepEnd notListed(CloudBuildException e) {
    return switch (e.kind()) {
      case DENIED, NOT_FOUND, INVALID -> StepEnd.permanent("BuildsNotListed", e.getMessage(), null);
      case THROTTLED, UNCERTAIN ->
          StepEnd.transientFailure("CloudBuildUnreachable", e.getMessage(), null);
    };
  }

  /** What Cloud Build says of it, and where a person reads more; may be empty. */
  static String detail(BuildRecord build) {
    return build.detail().map(text -> ": " + text).orElse("")
        + build.logUrl().map(url -> " (log: " + url + ")").orElse("");
  }

  static StepEnd of(BuildRecord build, boolean cancelled, BuildInput input) {
    String name = "build " + build.id();
    String detail = detail(build);
    return switch (build.status()) {
      case SUCCESS ->
          StepEnd.transientFailure(
              "NoResult", name + " succeeded without a result of its runner" + detail, null);
      case FAILURE -> failure(build, name, detail, input);
      case EXPIRED ->
          StepEnd.transientFailure(
              "BuildExpired",
              name
                  + " found no free worker of "
                  + input.workerPool()
                  + " within "
                  + input.queueSeconds()
                  + " s (spec.run.startTimeout); nothing ran"
                  + detail,
              null);
      case TIMEOUT ->
          StepEnd.stopped(
              Kind.STOPPED,
              "DeadlineExceeded",
              name + " did not end within " + input.timeoutSeconds() + " s" + detail);
      case CANCELLED ->
          cancelled
              ? StepEnd.stopped(
                  Kind.STOPPED,
                  "Terminated",
                  name + " was cancelled, because the pod was told to end" + detail)
              : StepEnd.permanent(
                  "BuildCancelled",
                  name + " was cancelled by somebody in Cloud Build" + detail,
                  null);
      case INTERNAL_ERROR ->
          StepEnd.transientFailure(
              "BuildInternalError", name + " ended with an error of Cloud Build" + detail, null);
      case PENDING, QUEUED, WORKING, OTHER ->
          throw new IllegalStateException(name + " has not ended");
    };
  }

  private static StepEnd failure(BuildRecord build, String name, String detail, BuildInput input) {
    String said = build.detail().orElse("");
    if (said.contains("failed to access secret version")) {
      return StepEnd.permanent(
          SECRET_NOT_READABLE,
          name
              + " could not read a secret"
              + detail
              + ". Check its name, whose case counts, and grant roles/secretmanager.secretAccessor"
              + " on it to serviceAccount:"
              + input.serviceAccount(),
          null);
    }
    return build.failure().filter("LOGGING_FAILURE"::equals).isPresent()
        ? StepEnd.transientFailure("BuildLoggingFailed", name + " failed" + detail, null)
        : StepEnd.permanent("BuildFailed", name + " failed" + detail, null);
  }
}
