package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.HttpCheck;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.ArrayList;
import java.util.List;

/** The Secrets with the headers of requests, for Jobs that send them: a folder per request. */
final class HeaderVolumes {

  private HeaderVolumes() {}

  static PodParts parts(Spec spec, List<Step> steps) {
    List<Volume> volumes = new ArrayList<>();
    List<VolumeMount> mounts = new ArrayList<>();
    List<HttpCheck> requests = asks(steps) ? spec.requests() : List.of();
    for (int i = 0; i < requests.size(); i++) {
      if (requests.get(i).headersFrom() != null) {
        volumes.add(volume("headers-" + i, requests.get(i).headersFrom().secretRef().name()));
        mounts.add(
            OwnContainer.mount("headers-" + i, RunnerInput.HEADER_DIRECTORY + "/" + i, true));
      }
    }
    return PodParts.ofVolumes(volumes, mounts);
  }

  private static boolean asks(List<Step> steps) {
    return steps.contains(Step.MIGRATE) || steps.contains(Step.VERIFY);
  }

  private static Volume volume(String name, String secret) {
    // Optional: the runner says at once which one is missing; the pod would wait for it in silence.
    return new VolumeBuilder()
        .withName(name)
        .withNewSecret()
        .withSecretName(secret)
        .withOptional(true)
        .endSecret()
        .build();
  }
}
