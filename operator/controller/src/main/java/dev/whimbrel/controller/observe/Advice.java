package dev.whimbrel.controller.observe;

import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;

/**
 * What a user can do about a pod that does not start. Kubernetes says what is wrong with the pod,
 * which the user has not written; this says which field of the migration it comes from.
 */
final class Advice {

  private Advice() {}

  /** The reason and message of a wait, with the field to look at where one is known. */
  static String on(DatabaseMigrationSpec spec, String why) {
    if (why.startsWith("CreateContainerConfigError") && why.toLowerCase().contains("secret")) {
      return why
          + "; create it, or correct "
          + (spec.database().cloudSQL() != null
              ? "spec.database.cloudSQL"
              : "spec.database.postgres")
          + ".credentials.secretRef";
    }
    if (why.startsWith("ErrImage")
        || why.startsWith("ImagePull")
        || why.startsWith("InvalidImage")) {
      return why
          + "; the image is the operator's --runner-image, pulled with spec.run.imagePullSecrets";
    }
    if (why.startsWith("Unschedulable")) {
      return why
          + "; make room, or correct spec.run.nodeSelector, spec.run.tolerations or"
          + " spec.run.resources";
    }
    return why;
  }
}
