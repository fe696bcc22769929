package dev.whimbrel.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plans are kept for months: what earlier versions wrote is read, and what is read is kept. */
class PlanJsonTest {

  /** As versions wrote it that knew no summary and kept all findings in one list. */
  private static final String EARLIER =
      """
      {"migration": {"name": "app", "uid": "u"}, "hash": "sha256:00", "risk": "High",
       "from": "1", "to": "2", "database": {"server": "h:5432", "database": "app"},
       "revisions": [{"script": "V2__x.sql", "hash": "aa", "sql": ["DROP TABLE t;"]}],
       "findings": [{"rule": "DropTable", "risk": "High", "message": "gone",
                     "script": "V2__x.sql", "line": 1}],
       "ofAFutureVersion": {"a": 1}}
      """;

  @Test
  void aPlanOfAnEarlierVersionIsRead() {
    MigrationPlanSpec plan = Json.read(EARLIER, MigrationPlanSpec.class);

    assertThat(plan.findings())
        .containsExactly(new Finding("DropTable", "High", "gone", "V2__x.sql", 1));
    assertThat(plan.about()).isEmpty();
    assertThat(plan.blocked()).isEmpty();
    assertThat(plan.impact()).isNull();
    assertThat(plan.revisions().getFirst().sqlFindings()).isEmpty();
  }

  @Test
  void whatIsFoundInARevisionIsWrittenOnceAndFoundWithAllElse() {
    Finding general = new Finding("NoHistory", "Medium", "no revision is recorded", null, null);
    Finding ofRevision = new Finding("DropTable", "High", "gone", "V2__x.sql", 1);
    MigrationPlanSpec earlier = Json.read(EARLIER, MigrationPlanSpec.class);
    PlannedRevision revision = earlier.revisions().getFirst();
    MigrationPlanSpec plan =
        earlier
            .withGeneral(List.of(general))
            .withRevisions(List.of(revision.assessed("High", List.of(ofRevision))));

    String json = Json.write(plan);

    assertThat(plan.findings()).containsExactly(general, ofRevision);
    assertThat(json.split("\"gone\"", -1)).hasSize(2);
    assertThat(json).contains("\"findings\":[{").doesNotContain("\"general\"");
    assertThat(Json.read(json, MigrationPlanSpec.class)).isEqualTo(plan);
  }
}
