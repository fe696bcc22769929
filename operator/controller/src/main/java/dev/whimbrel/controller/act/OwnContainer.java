package dev.whimbrel.controller.act;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;

/** A container of our own image: as nobody, on a read-only root, with a folder for its own use. */
final class OwnContainer {

  /** User, group, and group of the volumes. */
  static final long NOBODY = 65532;

  private OwnContainer() {}

  /** One that runs this program of the image. */
  static ContainerBuilder of(RunnerImage image, String name, String program) {
    return new ContainerBuilder()
        .withName(name)
        .withImage(image.name())
        .withImagePullPolicy(image.pullPolicy())
        .withArgs(program)
        .withSecurityContext(confined())
        .withVolumeMounts(mount("tmp", "/tmp", false));
  }

  /** What a runner gets where {@code spec.run.resources} says nothing. */
  static ResourceRequirements resources() {
    return new ResourceRequirementsBuilder()
        .addToRequests("cpu", new Quantity("100m"))
        .addToRequests("memory", new Quantity("192Mi"))
        .addToLimits("memory", new Quantity("384Mi"))
        .build();
  }

  static VolumeMount mount(String volume, String path, boolean readOnly) {
    return new VolumeMountBuilder()
        .withName(volume)
        .withMountPath(path)
        .withReadOnly(readOnly ? true : null)
        .build();
  }

  /** As nobody, on a read-only root, without rights to gain any. */
  static SecurityContext confined() {
    // Of the container, not of the pod: a user's image beside it keeps its own user.
    return new SecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withRunAsUser(NOBODY)
        .withRunAsGroup(NOBODY)
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .build();
  }
}
