package dev.whimbrel.controller.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.PlanHash;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is recorded with a plan about where it was made. */
class PlanOriginTest {

  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

  private static final Job JOB =
      Serialization.unmarshal(
          "metadata: {name: j, annotations: {whimbrel.dev/made-from: '{\"alembic\":{}}'}}",
          Job.class);

  private static final MigrationPlanSpec PLAN =
      new MigrationPlanSpec(
          null,
          "1-1",
          "sha256:aa",
          "Low",
          List.of(),
          "",
          "1",
          null,
          null,
          new DatabaseIdentity("db:5432", "orders", 1L, "2", "17.2", true),
          "alembic 1.12.1",
          Map.of(),
          List.of(),
          List.of(),
          "f",
          false,
          List.of("14 MB"));

  @Test
  void anImageThatWasPulledIsPinned() {
    MigrationPlanSpec marked = PlanOrigin.mark(PLAN, JOB, pod("example.com/kotori@" + DIGEST));

    assertThat(marked)
        .returns("{\"alembic\":{}}", MigrationPlanSpec::source)
        .returns("example.com/kotori@" + DIGEST, MigrationPlanSpec::image)
        .returns(List.of("14 MB"), MigrationPlanSpec::facts);
  }

  @Test
  void anImageThatWasLoadedIsSaidNotToBePinned() {
    MigrationPlanSpec marked = PlanOrigin.mark(PLAN, JOB, pod(DIGEST));

    assertThat(marked.image()).isNull();
    assertThat(marked.facts())
        .hasSize(2)
        .last()
        .asString()
        .startsWith("image example.com/kotori:7 is not pinned");
  }

  @Test
  void aPodWithoutAToolOfItsOwnHasNoImage() {
    Pod pod = Serialization.unmarshal("status: {containerStatuses: [{name: runner}]}", Pod.class);

    assertThat(PlanOrigin.mark(PLAN, JOB, pod))
        .returns(null, MigrationPlanSpec::image)
        .returns(List.of("14 MB"), MigrationPlanSpec::facts);
  }

  @Test
  void nothingOfItChangesWhatAnApprovalBinds() {
    MigrationPlanSpec marked = PlanOrigin.mark(PLAN, JOB, pod(DIGEST));

    assertThat(PlanHash.of(marked)).isEqualTo(PlanHash.of(PLAN));
  }

  private static Pod pod(String imageId) {
    return Serialization.unmarshal(
        """
        spec: {containers: [{name: alembic, image: "example.com/kotori:7"}]}
        status: {containerStatuses: [{name: alembic, image: kotori, imageID: "%s"}]}
        """
            .formatted(imageId),
        Pod.class);
  }
}
