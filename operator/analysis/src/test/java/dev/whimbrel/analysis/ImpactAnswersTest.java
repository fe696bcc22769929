package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.locks.Effect.Work;
import dev.whimbrel.analysis.locks.LockMode;
import dev.whimbrel.analysis.locks.LockedStatement;
import dev.whimbrel.analysis.locks.RelationLock;
import dev.whimbrel.analysis.locks.RelationLock.Extent;
import dev.whimbrel.analysis.locks.RelationLock.Part;
import dev.whimbrel.analysis.locks.RelationLock.Rows;
import dev.whimbrel.analysis.locks.StatementLocks;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.ImpactAnswer;
import dev.whimbrel.api.v1alpha1.PlanImpact;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.WayBack;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImpactAnswersTest {

  @Test
  void whatNothingBearsOnIsNone() {
    PlanImpact impact = ImpactAnswers.of(List.of(), List.of());

    assertThat(impact.text())
        .isEqualTo(
            "data loss None, downtime None, rollback None, performance None, compatibility None");
    assertThat(impact.dataLoss().because()).isEmpty();
  }

  @Test
  void aDroppedColumnIsLostAndDoesNotComeBack() {
    Finding drop = new Finding("DropColumn", "High", "drops users.name", "V2__drop.sql", 3);

    PlanImpact impact = ImpactAnswers.of(List.of(drop), List.of());

    ImpactAnswer high = new ImpactAnswer(List.of("V2__drop.sql line 3: drops users.name"), "High");
    assertThat(impact.dataLoss()).isEqualTo(high);
    assertThat(impact.rollback()).isEqualTo(high);
    assertThat(impact.downtime().level()).isEqualTo("None");
  }

  @Test
  void theLevelIsTheWorstAndItsCausesAreThoseOfThatLevel() {
    Finding index = new Finding("CreateIndex", "Medium", "blocks writers", "V1__a.sql", 1);
    Finding exclusion = new Finding("AddExclusion", "High", "blocks all", "V1__a.sql", 2);

    ImpactAnswer downtime = ImpactAnswers.of(List.of(index, exclusion), List.of()).downtime();

    assertThat(downtime.level()).isEqualTo("High");
    assertThat(downtime.because()).containsExactly("V1__a.sql line 2: blocks all");
  }

  @Test
  void nobodyWaitsOnlyWhereEachStatementWasMeasuredAndLocksNeitherReadersNorWritersOut() {
    LockedStatement harmless = locked(1, LockMode.SHARE_UPDATE_EXCLUSIVE, Set.of(Work.SCANNED));
    LockedStatement brief = locked(2, LockMode.ACCESS_EXCLUSIVE, Set.of());
    LockedStatement lasting = locked(3, LockMode.SHARE, Set.of(Work.SCANNED));
    LockedStatement hidden =
        new LockedStatement("V1.sql", 4, StatementLocks.unmeasured("what code does"));

    assertThat(downtime(List.of(), harmless)).isEqualTo(new ImpactAnswer(List.of(), "None"));
    assertThat(downtime(List.of(), harmless, brief))
        .isEqualTo(
            new ImpactAnswer(
                List.of("V1.sql line 2: ACCESS EXCLUSIVE on users, for a moment"), "Low"));
    assertThat(downtime(List.of(), brief, lasting))
        .isEqualTo(
            new ImpactAnswer(List.of("V1.sql line 3: SHARE on users, all of it read"), "Medium"));
    assertThat(downtime(List.of(), harmless, hidden))
        .isEqualTo(
            new ImpactAnswer(List.of("V1.sql line 4: not measured: what code does"), "Unknown"));
  }

  @Test
  void whereARuleSaysAsMuchOfTheSameLineTheMeasurementAddsNothing() {
    Finding index = new Finding("CreateIndex", "Medium", "blocks writers", "V1.sql", 3);
    LockedStatement lasting = locked(3, LockMode.SHARE, Set.of(Work.SCANNED));
    LockedStatement hidden =
        new LockedStatement("V1.sql", 3, StatementLocks.unmeasured("what code does"));

    assertThat(downtime(List.of(index), lasting).because())
        .containsExactly("V1.sql line 3: blocks writers");
    assertThat(downtime(List.of(index), hidden).level()).isEqualTo("Medium");
  }

  private static ImpactAnswer downtime(List<Finding> findings, LockedStatement... locked) {
    return ImpactAnswers.of(findings, List.of(), List.of(locked)).downtime();
  }

  private static LockedStatement locked(int line, LockMode mode, Set<Work> work) {
    RelationLock lock =
        new RelationLock("users", mode, work, Rows.NONE, Extent.UNKNOWN, Part.SUBJECT);
    return new LockedStatement(
        "V1.sql",
        line,
        new StatementLocks(List.of(lock), false, List.of(), Optional.empty(), Optional.empty()));
  }

  @Test
  void whatIsUnsafeIsHigh() {
    Finding unsafe = new Finding("DropDatabase", "Unsafe", "drops it all", "V1__a.sql", 1);

    assertThat(ImpactAnswers.of(List.of(unsafe), List.of()).dataLoss().level()).isEqualTo("High");
  }

  @Test
  void codeThatNobodyCanSeeThroughMakesTheAnswerUnknownUnlessTheWorstIsKnown() {
    Finding hidden = new Finding("Unpreviewable", "High", "runs code", "a.py", null);
    Finding drop = new Finding("DropTable", "High", "drops users", "b.py", 3);

    PlanImpact alone = ImpactAnswers.of(List.of(hidden), List.of());
    PlanImpact beside = ImpactAnswers.of(List.of(hidden, drop), List.of());

    assertThat(alone.dataLoss()).isEqualTo(new ImpactAnswer(List.of("a.py: runs code"), "Unknown"));
    assertThat(beside.dataLoss().level()).isEqualTo("High");
    assertThat(beside.dataLoss().because()).containsExactly("b.py line 3: drops users");
  }

  @Test
  void goingBackIsAsHardAsTheHardestWayBack() {
    assertThat(rollback(WayBack.REVERSIBLE))
        .isEqualTo(
            new ImpactAnswer(List.of("the plan holds a way back that loses nothing"), "Low"));
    assertThat(rollback(WayBack.REVERSIBLE, WayBack.WITH_LOSS))
        .isEqualTo(new ImpactAnswer(List.of("V2.sql: undoing it discards something"), "Medium"));
    assertThat(rollback(WayBack.WITH_LOSS, WayBack.UNKNOWN).level()).isEqualTo("Unknown");
    assertThat(rollback(WayBack.REVERSIBLE, WayBack.NONE))
        .isEqualTo(
            new ImpactAnswer(
                List.of(
                    "V2.sql: no way back is written; it is undone by hand, or by restoring a"
                        + " backup"),
                "Medium"));
    assertThat(rollback((String) null).level()).isEqualTo("Medium");
  }

  @Test
  void aRepeatableScriptIsUndoneByTheOneBeforeIt() {
    ImpactAnswer rollback =
        ImpactAnswers.of(List.of(), List.of(revision("Repeatable", "R__views.sql", WayBack.NONE)))
            .rollback();

    assertThat(rollback)
        .isEqualTo(
            new ImpactAnswer(
                List.of(
                    "R__views.sql: runs again whenever it changes, so its way back is the script"
                        + " as it was before, put back into the source"),
                "Low"));
  }

  @Test
  void aCallbackIsNothingToUndo() {
    ImpactAnswer rollback =
        ImpactAnswers.of(
                List.of(),
                List.of(
                    revision("Callback", "beforeMigrate.sql", null),
                    revision("Versioned", "V1.sql", WayBack.REVERSIBLE)))
            .rollback();

    assertThat(rollback.level()).isEqualTo("Low");
    assertThat(rollback.because()).containsExactly("the plan holds a way back that loses nothing");
  }

  @Test
  void manyCausesAreCounted() {
    List<Finding> drops =
        IntStream.rangeClosed(1, 12)
            .mapToObj(i -> new Finding("DropColumn", "High", "drops c" + i, "V1.sql", i))
            .toList();

    assertThat(ImpactAnswers.of(drops, List.of()).dataLoss().because())
        .hasSize(6)
        .startsWith("V1.sql line 1: drops c1")
        .endsWith("and 7 more");
  }

  @Test
  void aRuleOfAnotherVersionAnswersNothing() {
    Finding foreign = new Finding("OfTheFuture", "High", "?", "V1.sql", 1);

    assertThat(ImpactAnswers.of(List.of(foreign), List.of()).dataLoss().level()).isEqualTo("None");
  }

  private static ImpactAnswer rollback(String... grades) {
    List<PlannedRevision> revisions =
        IntStream.range(0, grades.length)
            .mapToObj(i -> revision("Versioned", "V" + (i + 1) + ".sql", grades[i]))
            .toList();
    return ImpactAnswers.of(List.of(), revisions).rollback();
  }

  private static PlannedRevision revision(String kind, String script, String grade) {
    return new PlannedRevision(
        script,
        "",
        script,
        kind,
        "aa",
        1,
        true,
        "Low",
        List.of(),
        null,
        grade == null ? null : new WayBack(grade, null, null));
  }
}
