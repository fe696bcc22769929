package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.FlywaySource;
import dev.whimbrel.protocol.RunnerInput;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.ArrayList;
import java.util.List;

/** Flyway runs in the runner itself: a pod of it has the ConfigMaps with the scripts. */
final class FlywayPod {

  private FlywayPod() {}

  static PodParts parts(FlywaySource source) {
    List<Volume> volumes = new ArrayList<>();
    List<VolumeMount> mounts = new ArrayList<>();
    for (String map : source.configMaps()) {
      String volume = "source-" + volumes.size();
      mounts.add(
          OwnContainer.mount(volume, RunnerInput.SOURCE_DIRECTORY + "/" + volumes.size(), true));
      volumes.add(
          new VolumeBuilder()
              .withName(volume)
              .withNewConfigMap()
              .withName(map)
              .endConfigMap()
              .build());
    }
    return PodParts.ofVolumes(volumes, mounts);
  }
}
