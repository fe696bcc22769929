package dev.whimbrel.runner.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.ObjectReference;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.PlanHash;
import dev.whimbrel.runner.StepFailure;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShownPlanTest {

  @Test
  void aPlanOfUsualSizeIsShownAsItIs() {
    MigrationPlanSpec plan = plan(List.of(revision("V1__a.sql", 10)), List.of());

    assertThat(ShownPlan.of(plan, revision -> "")).isEqualTo(plan);
  }

  @Test
  void theLongestTextIsCutAndShortOnesStayWhole() {
    MigrationPlanSpec plan =
        plan(List.of(revision("V1__short.sql", 100), revision("V2__long.sql", 100_000)), List.of());

    MigrationPlanSpec shown =
        ShownPlan.of(plan, revision -> "Read " + revision.script() + " elsewhere.");

    PlannedRevision whole = shown.revisions().getFirst();
    PlannedRevision cut = shown.revisions().getLast();
    assertThat(whole).isEqualTo(plan.revisions().getFirst());
    // 256 KiB less the 1,600 bytes of the short script, in lines of 16 bytes.
    assertThat(cut.sql()).hasSize(16_284 + 1);
    assertThat(cut.sql().getLast()).isEqualTo("-- ... cut here: 83,716 more lines, see \"cut\"");
    assertThat(cut.cut())
        .isEqualTo(
            "sql shows 16,284 of 100,000 lines (1,562 KiB). The plan's hash covers the whole, and"
                + " the rules have read it. Read V2__long.sql elsewhere.");
    assertThat(PlanHash.of(shown)).isEqualTo(PlanHash.of(plan));
  }

  @Test
  void codeAndWaysBackAreCutLikeSql() {
    List<String> lines = Collections.nCopies(100_000, "x = 'abcdefgh'.");
    PlannedRevision revision =
        new PlannedRevision(
            "2",
            "x",
            "a.py",
            "Alembic",
            "aa",
            null,
            true,
            "High",
            List.of("SELECT 1;"),
            lines,
            new WayBack(WayBack.UNKNOWN, "bb", lines));

    PlannedRevision cut =
        ShownPlan.of(plan(List.of(revision), List.of()), r -> "").revisions().getFirst();

    assertThat(cut.sql()).containsExactly("SELECT 1;");
    assertThat(cut.code().getLast()).startsWith("# ... cut here");
    assertThat(cut.undo().sql().getLast()).startsWith("-- ... cut here");
    assertThat(cut.undo().hash()).isEqualTo("bb");
    assertThat(cut.cut()).startsWith("code shows ").contains(", undo.sql shows ");
  }

  @Test
  void ofManyFindingsOfOneRuleTheFirstAreShownAndTheOthersCounted() {
    List<Finding> many =
        IntStream.range(0, 10_000)
            .mapToObj(i -> new Finding("DropColumn", "High", "drops c" + i, "V1__a.sql", i + 1))
            .toList();
    Finding other = new Finding("DropTable", "High", "drops t", "V1__a.sql", 10_001);

    List<Finding> shown = ShownPlan.of(plan(List.of(), concat(many, other)), r -> "").findings();

    assertThat(shown).hasSize(22);
    assertThat(shown.subList(0, 20)).isEqualTo(many.subList(0, 20));
    assertThat(shown.get(20))
        .isEqualTo(
            new Finding(
                "DropColumn",
                "High",
                "and 9,980 more of the same rule, from here on",
                "V1__a.sql",
                21));
    assertThat(shown.getLast()).isEqualTo(other);
  }

  @Test
  void ofManyThatAreIgnoredEachRuleIsShown() {
    Finding first = new Finding("Ignored", "Low", "ignored", "V1__a.sql", 1);
    List<Finding> many = Collections.nCopies(10_000, first.standingFor("LocksSeveralTables"));
    Finding other = first.standingFor("AddCheck");

    List<Finding> shown = ShownPlan.of(plan(List.of(), concat(many, other)), r -> "").findings();

    assertThat(shown).hasSize(22).endsWith(other);
    assertThat(shown.get(20).message()).startsWith("and 9,980 more");
    assertThat(shown.get(20).isOf("LocksSeveralTables")).isTrue();
  }

  @Test
  void oneMoreThanTheLimitIsShownAsWell() {
    List<Finding> findings =
        IntStream.range(0, 21)
            .mapToObj(i -> new Finding("DropColumn", "High", "drops c" + i, "V1__a.sql", i + 1))
            .toList();

    assertThat(ShownPlan.of(plan(List.of(), findings), r -> "").findings()).isEqualTo(findings);
  }

  @Test
  void charactersThatJsonEscapesDoNotMakeItTooLarge() {
    PlannedRevision revision =
        revision("V1__a.sql", Collections.nCopies(100_000, "\u0001\u0001\u0001\u0001\u0001"));

    MigrationPlanSpec shown = ShownPlan.of(plan(List.of(revision), List.of()), r -> "");

    assertThat(Json.utf8(Json.write(shown))).isLessThanOrEqualTo(ShownPlan.MOST_BYTES);
  }

  @Test
  void whatCannotBeMadeSmallEnoughIsRefused() {
    List<PlannedRevision> revisions =
        IntStream.range(0, 300)
            .mapToObj(i -> revision("V" + i + "__" + "x".repeat(2_000) + ".sql", 1))
            .toList();

    assertThatThrownBy(() -> ShownPlan.of(plan(revisions, List.of()), r -> ""))
        .isInstanceOf(StepFailure.class)
        .hasMessageContaining("plan fewer revisions at a time");
  }

  private static List<Finding> concat(List<Finding> many, Finding other) {
    return Stream.concat(many.stream(), Stream.of(other)).toList();
  }

  private static PlannedRevision revision(String script, int lines) {
    return revision(script, Collections.nCopies(lines, "SELECT 'abcde';"));
  }

  private static PlannedRevision revision(String script, List<String> sql) {
    return new PlannedRevision(
        "1", "x", script, "Versioned", "aa", 1, true, "Low", sql, null, null);
  }

  private static MigrationPlanSpec plan(List<PlannedRevision> revisions, List<Finding> findings) {
    return new MigrationPlanSpec(
        new ObjectReference("app", "uid"),
        "1-1",
        "sha256:00",
        "Low",
        List.of(),
        "0",
        "2",
        null,
        null,
        new DatabaseIdentity("h:5432", "app", 16384L, "7", "17.10", null),
        "flyway 13.12.0",
        Map.of(),
        revisions,
        findings,
        "fingerprint",
        false,
        List.of());
  }
}
