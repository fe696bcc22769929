package dev.whimbrel.controller.observe;

import dev.whimbrel.api.v1alpha1.AlembicSource;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.Source;
import dev.whimbrel.controller.Annotations;
import dev.whimbrel.controller.ContainerNames;
import dev.whimbrel.protocol.Json;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Adds to a plan what its runner cannot know: the source of its Job, and the image by digest. */
final class PlanOrigin {

  private PlanOrigin() {}

  static MigrationPlanSpec mark(MigrationPlanSpec plan, Job job, Pod pod) {
    Map<String, String> annotations = job.getMetadata().getAnnotations();
    String source = annotations == null ? null : annotations.get(Annotations.MADE_FROM);
    Optional<ContainerStatus> tool = tool(pod);
    if (tool.isEmpty()) {
      return ofBuild(plan, source);
    }
    String written = written(pod);
    Optional<String> pinned = ImageName.pinned(written, tool.get().getImageID());
    return plan.withOrigin(
        source,
        pinned.orElse(null),
        pinned.isPresent()
            ? List.of()
            : List.of(
                "image "
                    + written
                    + " is not pinned: the node knows no digest of it, so the migration runs what"
                    + " the tag names by then; name it by digest in spec.source.alembic.image"));
  }

  /**
   * Without a container of its own the tool ran in a build, of which nobody here knows digests; the
   * runner knows that of an image which was made for it.
   */
  private static MigrationPlanSpec ofBuild(MigrationPlanSpec plan, String source) {
    Optional<AlembicSource> alembic =
        Optional.ofNullable(source).map(json -> Json.read(json, Source.class).alembic());
    Optional<String> made =
        alembic.filter(from -> from.build() != null).map(from -> plan.settings().get("image"));
    return plan.withOrigin(
        source,
        made.orElse(null),
        alembic.map(AlembicSource::image).filter(image -> !image.contains("@")).stream()
            .map(image ->
                "image "
                    + image
                    + " is not pinned: the migration runs what the tag names by then; name it by"
                    + " digest in spec.source.alembic.image")
            .toList());
  }

  private static Optional<ContainerStatus> tool(Pod pod) {
    return pod.getStatus().getContainerStatuses().stream()
        .filter(status -> ContainerNames.ALEMBIC.equals(status.getName()))
        .findFirst();
  }

  /** The status may name the image as the node has it. */
  private static String written(Pod pod) {
    return pod.getSpec().getContainers().stream()
        .filter(container -> ContainerNames.ALEMBIC.equals(container.getName()))
        .findFirst()
        .orElseThrow()
        .getImage();
  }
}
