package dev.whimbrel.runner.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.ObjectReference;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.WayBack;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanReviewTest {

  private static final Finding DROP =
      new Finding("DropColumn", "High", "drops a column of users", "V2__drop.sql", 2);

  @Test
  void theFirstLinesSayWhatRunsWhereAndWhatIsBadAboutIt() {
    MigrationPlanSpec plan =
        PlanReview.of(
            plan(
                "High",
                null,
                List.of(
                    revision("V2__drop.sql", "High", WayBack.NONE, List.of(DROP)),
                    revision("V3__note.sql", "Low", WayBack.REVERSIBLE, List.of()))));

    assertThat(plan.about())
        .containsExactly(
            "Carries out 2 revisions of database app on h:5432, PostgreSQL 17.10: from 1 to 3, by"
                + " Flyway 13.12.0",
            "Risk High: V2__drop.sql line 2: drops a column of users",
            "Impact: data loss High, downtime None, rollback High, performance None, compatibility"
                + " High",
            "V2__drop.sql: High (DropColumn), no way back",
            "V3__note.sql: Low, way back Reversible");
    assertThat(plan.pending()).isEqualTo(2);
    assertThat(plan.blocked()).isEmpty();
  }

  @Test
  void whatMustNotRunIsNamedAndSoIsTheFactThatNobodyCanApproveIt() {
    Finding unsafe = new Finding("DropDatabase", "Unsafe", "drops all", "V2__drop.sql", 1);

    MigrationPlanSpec plan =
        PlanReview.of(
            plan(
                "Unsafe",
                null,
                List.of(revision("V2__drop.sql", "Unsafe", null, List.of(unsafe, DROP)))));

    assertThat(plan.blocked()).containsExactly("V2__drop.sql line 1: drops all");
    assertThat(plan.about().getFirst())
        .isEqualTo("BLOCKED: it is never carried out, whoever approves it; see blocked");
  }

  @Test
  void aDowngradeIsNotAskedForItsOwnWayBack() {
    MigrationPlanSpec plan =
        PlanReview.of(
            plan(
                "High",
                MigrationPlanSpec.DOWNGRADE,
                List.of(revision("U3__x.sql", "Low", null, List.of()))));

    assertThat(plan.about().getFirst()).startsWith("Undoes 1 revision of database app");
    assertThat(plan.impact().rollback().level()).isEqualTo("None");
  }

  @Test
  void moreRevisionsThanSomebodyReadsAreCounted() {
    List<PlannedRevision> many =
        IntStream.range(0, 300)
            .mapToObj(i -> revision("V" + i + ".sql", "Low", null, List.of()))
            .toList();

    assertThat(PlanReview.of(plan("Low", null, many)).about())
        .hasSize(3 + 20 + 1)
        .endsWith("and 280 more revisions");
  }

  private static PlannedRevision revision(
      String script, String risk, String grade, List<Finding> findings) {
    return new PlannedRevision(
            "2",
            "x",
            script,
            "Versioned",
            "aa",
            1,
            true,
            null,
            List.of("SELECT 1;"),
            null,
            grade == null ? null : new WayBack(grade, null, null))
        .assessed(risk, findings);
  }

  private static MigrationPlanSpec plan(
      String risk, String direction, List<PlannedRevision> revisions) {
    return new MigrationPlanSpec(
        new ObjectReference("app", "uid"),
        "1-1",
        "sha256:00",
        risk,
        risk.equals("Low") ? List.of() : List.of("V2__drop.sql line 2: drops a column of users"),
        "1",
        "3",
        direction,
        null,
        new DatabaseIdentity("h:5432", "app", 16384L, "7", "17.10", null),
        "Flyway 13.12.0",
        Map.of(),
        revisions,
        List.of(),
        "fingerprint",
        false,
        List.of());
  }
}
