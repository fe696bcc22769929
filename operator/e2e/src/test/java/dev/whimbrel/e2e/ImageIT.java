package dev.whimbrel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@NodeRung
class ImageIT {

  @Test
  void the_image_starts_as_a_stranger_on_a_read_only_root(Surroundings surroundings) {
    String namespace = surroundings.createNamespace("image");

    PlainJob job = PlainJob.create(surroundings, namespace, "usage", List.of("neither"), Map.of());

    assertThat(job.exitCode()).isEqualTo(64);
    assertThat(job.log()).contains("'operator', 'runner', 'bridge' or 'lint', not 'neither'");
  }

  @Test
  void the_class_archive_in_the_image_fits_the_jars_in_it(Surroundings surroundings) {
    String namespace = surroundings.createNamespace("archive");

    PlainJob job =
        PlainJob.create(
            surroundings,
            namespace,
            "usage",
            List.of("neither"),
            Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load"));

    assertThat(job.exitCode()).isEqualTo(64);
    assertThat(job.log()).contains("dev.whimbrel.image.Whimbrel source: shared objects file (top)");
  }
}
