package dev.whimbrel.controller.act;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;

/**
 * What one concern adds to the pod of a Job.
 *
 * @param volumes of the pod
 * @param mounts of these volumes, in the runner
 * @param environment of the runner
 * @param initContainers before all others
 * @param containers beside the runner
 */
record PodParts(
    List<Volume> volumes,
    List<VolumeMount> mounts,
    List<EnvVar> environment,
    List<Container> initContainers,
    List<Container> containers) {

  /** Nothing. */
  static final PodParts NONE = ofEnvironment(List.of());

  /** Variables of the runner alone. */
  static PodParts ofEnvironment(List<EnvVar> environment) {
    return new PodParts(List.of(), List.of(), environment, List.of(), List.of());
  }

  /** Volumes with their mounts in the runner alone. */
  static PodParts ofVolumes(List<Volume> volumes, List<VolumeMount> mounts) {
    return new PodParts(volumes, mounts, List.of(), List.of(), List.of());
  }
}
