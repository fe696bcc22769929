package dev.whimbrel.google.run;

import static dev.whimbrel.google.Wording.withoutStop;

import dev.whimbrel.google.GoogleException;
import java.util.Optional;

/** What Cloud Run's refusals mean to somebody who asked for traffic to be put back. */
final class CloudRunErrors {

  private final CloudRunService service;
  private final String member;

  /**
   * For one service.
   *
   * @param member who calls, as IAM spells it
   */
  CloudRunErrors(CloudRunService service, String member) {
    this.service = service;
    this.member = member;
  }

  CloudRunException explain(GoogleException e, boolean changes, Optional<String> runsAs) {
    return switch (e.kind()) {
      case DENIED -> denied(e, changes, runsAs);
      case NOT_FOUND ->
          new CloudRunException(
              true,
              service
                  + " does not exist, or a revision that it is to serve is gone ("
                  + withoutStop(e.getMessage())
                  + "); compare spec.rollback.cloudRun with the list",
              "gcloud run services list --project=" + service.project(),
              e);
      case UNAUTHENTICATED ->
          new CloudRunException(
              true,
              "Google does not accept the credentials of the Job for "
                  + service
                  + ": "
                  + e.getMessage(),
              "bind the ServiceAccount of spec.run.serviceAccountName to a Google identity"
                  + " (Workload Identity)",
              e);
      case INVALID -> new CloudRunException(true, service + " refuses: " + e.getMessage(), "", e);
      case PRECONDITION, UNCLEAR ->
          new CloudRunException(
              false,
              "Cloud Run did not answer for "
                  + service
                  + " as it should: "
                  + withoutStop(e.getMessage())
                  + (changes ? "; the traffic may have been moved all the same" : ""),
              "",
              e);
    };
  }

  private CloudRunException denied(GoogleException e, boolean changes, Optional<String> runsAs) {
    if (e.getMessage().contains("SERVICE_DISABLED")
        || e.getMessage().contains("has not been used in project")) {
      return new CloudRunException(
          true,
          "the Cloud Run Admin API is not enabled in project " + service.project(),
          "gcloud services enable run.googleapis.com --project=" + service.project(),
          e);
    }
    return new CloudRunException(
        true,
        member
            + " may not "
            + (changes ? "move the traffic of " : "read ")
            + service
            + ", or it does not exist ("
            + withoutStop(e.getMessage())
            + ")",
        changes ? mayUpdate(runsAs) : mayRead(),
        e);
  }

  /** The one grant does for both. */
  String mayRead() {
    return "gcloud run services add-iam-policy-binding "
        + service.flags()
        + " --member="
        + member
        + " --role=roles/run.developer";
  }

  /** An update of a service is made as who runs it, even where only its traffic moves. */
  String mayUpdate(Optional<String> runsAs) {
    return mayRead()
        + " && gcloud iam service-accounts add-iam-policy-binding "
        + runsAs.orElse("SERVICE_ACCOUNT_OF_THE_SERVICE")
        + " --project="
        + service.project()
        + " --member="
        + member
        + " --role=roles/iam.serviceAccountUser";
  }
}
