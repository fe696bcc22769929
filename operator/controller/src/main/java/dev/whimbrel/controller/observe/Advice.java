package dev.whimbrel.controller.observe;

import dev.whimbrel.api.v1alpha1.AlembicSource;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.EnvironmentVariable;
import dev.whimbrel.controller.ContainerNames;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a user can do about a pod that does not start. Kubernetes says what is wrong with the pod,
 * which the user has not written; this says which field of the migration it comes from.
 */
final class Advice {

  private static final List<String> PULL = List.of("ErrImage", "ImagePull", "InvalidImage");

  private Advice() {}

  /** The reason and message of a wait, with the field to look at where one is known. */
  static String on(DatabaseMigrationSpec spec, Why why) {
    boolean tool = why.container().equals(ContainerNames.ALEMBIC);
    if (PULL.stream().anyMatch(why.reason()::startsWith)) {
      return why.text()
          + (tool
              ? "; correct spec.source.alembic.image ("
                  + why.image()
                  + "), or name in spec.run.imagePullSecrets the Secret it is pulled with"
              : "; the image is the operator's --runner-image, pulled with"
                  + " spec.run.imagePullSecrets");
    }
    if (why.reason().equals("CreateContainerConfigError")) {
      return why.text() + missing(spec, why, tool);
    }
    if (why.reason().equals("Unschedulable")) {
      return why.text()
          + "; make room, or correct spec.run.nodeSelector, spec.run.tolerations or"
          + " spec.run.resources";
    }
    if (tool && isNotBegun(why)) {
      return notBegun(why);
    }
    return why.text();
  }

  private static boolean isNotBegun(Why why) {
    return List.of("StartError", "ContainerCannotRun", "CreateContainerError", "RunContainerError")
        .contains(why.reason());
  }

  private static String notBegun(Why why) {
    return why.message().contains("/bin/sh")
        ? "image "
            + why.image()
            + " has no /bin/sh, the one thing that Whimbrel needs in it to call Alembic; build it"
            + " on a base that has one, and name it in spec.source.alembic.image ("
            + why.text()
            + ")"
        : why.text()
            + "; correct spec.source.alembic.image ("
            + why.image()
            + ") or spec.source.alembic.workingDir";
  }

  private static String missing(DatabaseMigrationSpec spec, Why why, boolean tool) {
    String message = why.message().toLowerCase(Locale.ROOT);
    if (!message.contains("secret") && !message.contains("configmap")) {
      // A user that is root where it must not be, for example: nothing of the migration's.
      return "";
    }
    String login =
        "spec.database."
            + (spec.database().cloudSQL() != null ? "cloudSQL" : "postgres")
            + ".credentials.";
    String variable = spec.database().credentials().urlEnv();
    if (tool) {
      return "; create it, or correct " + field(spec.source().alembic(), why.message());
    }
    return variable == null
        ? "; create it, or correct " + login + "secretRef"
        : "; create it, or correct "
            + variable
            + " of spec.source.alembic.env, which "
            + login
            + "urlEnv names";
  }

  /** The variable that takes its value from the object which the message names. */
  private static String field(AlembicSource source, String message) {
    Optional<EnvironmentVariable> variable =
        source.env().stream()
            .filter(candidate -> names(candidate).stream().anyMatch(message::contains))
            .findFirst();
    return variable
        .map(found -> found.name() + " of spec.source.alembic.env")
        .orElse("spec.source.alembic.envFrom");
  }

  /** How the kubelet spells the object, with and without the key that it lacks. */
  private static List<String> names(EnvironmentVariable variable) {
    if (variable.valueFrom() == null || variable.valueFrom().secretManager() != null) {
      // The kubelet does not know it.
      return List.of();
    }
    return variable.valueFrom().secretKeyRef() != null
        ? names(
            variable.valueFrom().secretKeyRef().name(), variable.valueFrom().secretKeyRef().key())
        : names(
            variable.valueFrom().configMapKeyRef().name(),
            variable.valueFrom().configMapKeyRef().key());
  }

  private static List<String> names(String object, String key) {
    return List.of("\"" + object + "\" not found", "key " + key + " in ");
  }
}
