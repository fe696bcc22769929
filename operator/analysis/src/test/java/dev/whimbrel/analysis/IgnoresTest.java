package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.catalog.Size;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The author of a script says why a finding does not matter; whoever approves decides. */
class IgnoresTest {

  private static final QualifiedName LARGE = new QualifiedName("", "large");

  @Test
  void whatADropLosesIsNotForTheAuthorToTake() {
    RiskAssessment assessed =
        assess("-- whimbrel:ignore DropColumn archived last week\nALTER TABLE t DROP COLUMN a;");

    assertThat(assessed.risk()).isEqualTo(Risk.HIGH);
    assertThat(assessed.findings())
        .extracting(Finding::rule, Finding::risk)
        .containsExactly(tuple("DropColumn", "High"), tuple("Ignored", "Low"));
    assertThat(assessed.findings().getLast().message())
        .contains("archived last week", "keeps the risk High");
    assertThat(assessed.findings()).extracting(Finding::standsFor).containsOnlyNulls();
  }

  @Test
  void whatTheSizeOfATableMakesOfItIsTakenBack() {
    String create = "CREATE INDEX i ON large (a);";

    assertThat(assess(create).risk()).isEqualTo(Risk.HIGH);
    assertThat(assess("-- whimbrel:ignore CreateIndex at night\n" + create).risk())
        .isEqualTo(Risk.MEDIUM);
  }

  @Test
  void whatStatementsDoToEachOtherIsTakenBackAndStillTold() {
    RiskAssessment assessed =
        assess(
            """
            ALTER TABLE t ADD COLUMN a int;

            -- The audit table.
            -- whimbrel:ignore LocksSeveralTables nobody reads it by day;
            ALTER TABLE u ADD COLUMN a int;
            """);

    assertThat(assessed.risk()).isEqualTo(Risk.LOW);
    assertThat(assessed.findings()).hasSize(1);
    assertThat(assessed.findings().getFirst().line()).isEqualTo(5);
    assertThat(assessed.findings().getFirst().isOf("Ignored")).isTrue();
    assertThat(assessed.findings().getFirst().isOf("LocksSeveralTables")).isTrue();
    assertThat(assessed.findings().getFirst().isOf("DropTable")).isFalse();
    assertThat(assessed.findings().getFirst().message())
        .startsWith(
            "the author of the script ignores LocksSeveralTables: nobody reads it by day. It says:"
                + " one transaction locks t and u");
  }

  @Test
  void aCommentIsAboutTheStatementThatFollowsItsLine() {
    assertThat(
            assess(
                    """
                    ALTER TABLE t DROP COLUMN a; -- whimbrel:ignore DropColumn behind
                    ALTER TABLE t DROP COLUMN b;
                    ALTER TABLE t
                      -- whimbrel:ignore DropColumn within
                      DROP COLUMN c;
                    """)
                .findings())
        .extracting(Finding::rule)
        .containsExactly("DropColumn", "DropColumn", "DropColumn");
  }

  private static RiskAssessment assess(String sql) {
    try {
      SchemaFacts facts =
          new SchemaFacts(
              170_006,
              Map.of(
                  LARGE,
                  RelationFacts.of(LARGE, RelationKind.TABLE)
                      .withSize(Size.of(5_000_000, 1 << 30, 0))),
              Set.of(),
              Map.of());
      return RiskAssessment.of(
          ParsedPlan.of(new PgQuery(1), List.of(Scripts.of("V1.sql", sql))), facts);
    } catch (UnreadableSql e) {
      throw new AssertionError(e);
    }
  }
}
