package dev.whimbrel.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.ObjectReference;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Approvals in clusters bind this hash: it may not change by accident. */
class PlanHashTest {

  @Test
  void isTheOneThatEarlierVersionsComputed() {
    // Computed by hand: printf '%s' '<the canonical JSON below>' | sha256sum
    String canonical =
        "{\"database\":[\"h:5432\",\"app\",16384,\"7\"],\"from\":\"1\","
            + "\"revisions\":[{\"hash\":\"aa\",\"kind\":\"Versioned\",\"script\":\"V2__x.sql\","
            + "\"transactional\":true}],\"settings\":{\"table\":\"t\"},\"to\":\"2\","
            + "\"tool\":\"flyway 13.12.0\"}";

    assertThat(PlanHash.of(plan("1", "aa", "t", List.of())))
        .isEqualTo("sha256:" + Sha256.hex(canonical));
  }

  @Test
  void coversHistoryBytesAndSettings() {
    String hash = PlanHash.of(plan("1", "aa", "t", List.of()));

    assertThat(PlanHash.of(plan("0", "aa", "t", List.of()))).isNotEqualTo(hash);
    assertThat(PlanHash.of(plan("1", "ab", "t", List.of()))).isNotEqualTo(hash);
    assertThat(PlanHash.of(plan("1", "aa", "u", List.of()))).isNotEqualTo(hash);
  }

  @Test
  void leavesOutWhatOnlyExplains() {
    Finding finding = new Finding("DropColumn", "High", "loses data", "V2__x.sql", 1);

    assertThat(PlanHash.of(plan("1", "aa", "t", List.of(finding))))
        .isEqualTo(PlanHash.of(plan("1", "aa", "t", List.of())));
  }

  private static MigrationPlanSpec plan(
      String from, String scriptHash, String table, List<Finding> findings) {
    return new MigrationPlanSpec(
        new ObjectReference("app", "uid"),
        "1-1",
        "",
        "Low",
        List.of(),
        from,
        "2",
        null,
        null,
        new DatabaseIdentity("h:5432", "app", 16384L, "7", "17.10", null),
        "flyway 13.12.0",
        Map.of("table", table),
        List.of(
            new PlannedRevision(
                "2",
                "x",
                "V2__x.sql",
                "Versioned",
                scriptHash,
                1,
                true,
                "Low",
                List.of(),
                null,
                null)),
        findings,
        "fingerprint",
        false,
        List.of());
  }
}
