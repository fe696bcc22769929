package dev.whimbrel.runner.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.AlteredColumn;
import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.ObjectReference;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlannedChangesTest {

  private static final String ALTER = "ALTER TABLE \"we ird\".t ALTER a TYPE int, DROP b;";

  @Test
  void columnsOfAllRevisionsAreKnown() {
    PlannedChanges changes = of(revision(ALTER, ""), revision("ALTER TABLE t RENAME a TO c;", ""));

    assertThat(changes)
        .isEqualTo(
            new PlannedChanges(
                false,
                false,
                List.of(new AlteredColumn(new QualifiedName("we ird", "t"), "a", "c"))));
  }

  @Test
  void alembicsOwnRowIsNoChange() {
    assertThat(of(revision("UPDATE \"Meta\".versions SET version_num='b';", "")))
        .isEqualTo(new PlannedChanges(false, false, List.of()));
    assertThat(of(revision("DELETE FROM others;", "")))
        .isEqualTo(new PlannedChanges(true, true, List.of()));
  }

  @Test
  void whatIsNotShownOrCannotBeReadMayDoAnything() {
    PlannedChanges anything = new PlannedChanges(true, true, List.of());

    assertThat(of(revision("", "op.execute(sql)"))).isEqualTo(anything);
    assertThat(of(revision("SELECT 'open", ""))).isEqualTo(anything);
    assertThat(of(revision("FROBNICATE t;", ""))).isEqualTo(anything);
  }

  private static PlannedChanges of(PlannedRevision... revisions) {
    return PlannedChanges.of(
        new PgQuery(1),
        new MigrationPlanSpec(
            new ObjectReference("app", "uid"),
            "1-1",
            "sha256:00",
            "Low",
            List.of(),
            "1",
            "2",
            null,
            null,
            new DatabaseIdentity("h:5432", "app", 16384L, "7", "17.10", null),
            "Alembic",
            Map.of("versionTable", "\"Meta\".versions"),
            List.of(revisions),
            List.of(),
            "fingerprint",
            false,
            List.of()));
  }

  private static PlannedRevision revision(String sql, String code) {
    return new PlannedRevision(
        "2",
        "two",
        "2.py",
        "Alembic",
        "sha256:00",
        null,
        true,
        null,
        sql.lines().toList(),
        code.lines().toList(),
        null);
  }
}
