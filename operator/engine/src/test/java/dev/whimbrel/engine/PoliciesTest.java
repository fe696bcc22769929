package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.backedUp;
import static dev.whimbrel.engine.Results.document;
import static dev.whimbrel.engine.Results.effect;
import static dev.whimbrel.engine.Results.effects;
import static dev.whimbrel.engine.Results.end;
import static dev.whimbrel.engine.Results.ended;
import static dev.whimbrel.engine.Results.planState;
import static dev.whimbrel.engine.Results.result;
import static dev.whimbrel.engine.Results.running;
import static dev.whimbrel.engine.Results.startsJob;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.ForbiddenRule;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.MigrationPolicy;
import dev.whimbrel.api.v1alpha1.MigrationPolicySpec;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the platform team forbids stops a plan wherever it stands, as long as nothing has run. */
class PoliciesTest {

  private static final Finding DROP =
      new Finding("DropColumn", "High", "drops a column of users", "V8.sql", 3)
          .at("line 3: ALTER TABLE users DROP COLUMN name");

  private static final PolicyView NO_DROPS = forbidding("DropColumn");
  private static final PolicyView UNREADABLE = new PolicyView.Unreadable("there is no such kind");

  private static PolicyView forbidding(String rule) {
    MigrationPolicy policy = new MigrationPolicy();
    policy.setMetadata(new ObjectMetaBuilder().withName("production").build());
    policy.setSpec(
        new MigrationPolicySpec(
            null, List.of(new ForbiddenRule(rule, "ask the data team, #data"))));
    return new PolicyView.Known(List.of(policy));
  }

  /** A plan with the finding, about to start its next Job, or to wait for a person. */
  static Stream<Worlds> stoppable() {
    return Stream.of(
        Worlds.in(Phase.PLANNING).planned(),
        Worlds.in(Phase.PLANNING).planned().ungated(),
        Worlds.in(Phase.BACKING_UP).planned().backup(null),
        Worlds.in(Phase.AWAITING_APPROVAL),
        Worlds.in(Phase.AWAITING_APPROVAL).approve("anna"),
        Worlds.in(Phase.MIGRATING).approve("anna").holding());
  }

  private static Worlds awaiting() {
    return Worlds.in(Phase.AWAITING_APPROVAL).findings(DROP);
  }

  private static Worlds inOnePod() {
    return Worlds.in(Phase.PLANNING)
        .ungated()
        .approvalPolicy("Never", 1)
        .planned()
        .shared()
        .holding()
        .claimed(Step.MIGRATE, Worlds.JOB_UID)
        .plannedAt("2026-11-25T08:59:59Z")
        .findings(DROP)
        .job(running());
  }

  @ParameterizedTest
  @MethodSource("stoppable")
  void aForbiddenPlanFailsAndStartsNothing(Worlds world) {
    Decision decision = world.findings(DROP).policies(NO_DROPS).decide();

    assertThat(end(decision)).isEqualTo("Failed/Forbidden");
    assertThat(startsJob(decision)).isFalse();
    assertThat(planState(decision)).isEqualTo("Failed");
    assertThat(decision.status().message())
        .isEqualTo(
            "Plan kotori-4-9f2c81d07a is not carried out: V8.sql line 3: ALTER TABLE users DROP"
                + " COLUMN name. MigrationPolicy production forbids DropColumn: ask the data team,"
                + " #data. Change the script, or ask whoever answers for the policy; then a new"
                + " spec, or annotation whimbrel.dev/retry, plans again");
  }

  @ParameterizedTest
  @MethodSource("stoppable")
  void whatForbidsSomethingElseIsInNobodysWay(Worlds world) {
    String without = end(world.findings(DROP).decide());

    assertThat(end(world.policies(forbidding("DropTable")).decide()))
        .isEqualTo(without)
        .doesNotEndWith("Forbidden");
  }

  @ParameterizedTest
  @MethodSource("stoppable")
  void aPlanThatWasRecordedAsBlockedStaysSoWithoutThePolicy(Worlds world) {
    Decision decision = world.blocked("V8.sql line 3. MigrationPolicy gone forbids it").decide();

    assertThat(end(decision)).isEqualTo("Failed/Forbidden");
    assertThat(decision.status().message()).contains("MigrationPolicy gone forbids it");
  }

  static Stream<Worlds> startsSomething() {
    return stoppable().skip(2).filter(world -> startsJob(world.decide()));
  }

  @Test
  void someOfThemWouldStartAJob() {
    assertThat(startsSomething()).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("startsSomething")
  void whileNobodyKnowsWhatIsForbiddenNothingIsStarted(Worlds world) {
    Decision decision = world.policies(UNREADABLE).decide();

    assertThat(end(decision)).endsWith("/PolicyUnreadable");
    assertThat(startsJob(decision)).isFalse();
    assertThat(decision.status().message())
        .isEqualTo(
            "Nothing is started, because what is forbidden here is not known: there is no such"
                + " kind");
    assertThat(decision.wakeAt())
        .hasValueSatisfying(
            at -> assertThat(at).isBeforeOrEqualTo(Instant.parse("2026-11-25T09:00:30Z")));
  }

  @Test
  void whileNobodyKnowsNothingIsHeld() {
    Decision decision =
        Worlds.in(Phase.MIGRATING).approve("anna").holding().policies(UNREADABLE).decide();

    assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
    assertThat(effects(decision, Effect.RemoveFinalizer.class)).hasSize(1);
    assertThat(decision.status().run().dispatched()).isFalse();
  }

  @Test
  void onceTheyAreKnownItGoesOn() {
    Decision waits = awaiting().approve("anna").policies(UNREADABLE).decide();
    assertThat(end(waits)).isEqualTo("AwaitingApproval/PolicyUnreadable");

    Decision goesOn = awaiting().after(waits).approve("anna").decide();
    assertThat(end(goesOn)).isEqualTo("Migrating/Migrating");
  }

  @Test
  void aNoIsANoWhateverIsForbidden() {
    Worlds rejected =
        awaiting()
            .about(
                "Reject",
                "bob",
                new dev.whimbrel.api.v1alpha1.ApprovedPlan(
                    Worlds.PLAN, Worlds.PLAN_UID, Worlds.HASH),
                "Accepted");

    assertThat(end(rejected.policies(NO_DROPS).decide())).isEqualTo("Rejected/Rejected");
    assertThat(end(rejected.policies(UNREADABLE).decide())).isEqualTo("Rejected/Rejected");
  }

  @Test
  void aFindingThatItsAuthorIgnoresIsForbiddenAllTheSame() {
    Finding ignored =
        new Finding("Ignored", "Low", "the author ignores DropColumn", "V8.sql", 3)
            .standingFor("DropColumn");

    Decision decision =
        Worlds.in(Phase.AWAITING_APPROVAL).findings(ignored).policies(NO_DROPS).decide();

    assertThat(end(decision)).isEqualTo("Failed/Forbidden");
    assertThat(decision.status().message()).contains("V8.sql line 3. MigrationPolicy production");
  }

  @Test
  void severalForbiddenStatementsAreCounted() {
    Decision decision =
        awaiting()
            .findings(DROP, DROP.at("line 4: ALTER TABLE users DROP COLUMN mail"), DROP)
            .policies(NO_DROPS)
            .decide();

    assertThat(decision.status().message()).contains("DROP COLUMN name").contains("; and 1 more. ");
  }

  @Test
  void theRecordedPlanSaysWhatOfItIsForbidden() {
    MigrationPlanSpec document = document("High").withFinding(DROP);

    MigrationPlanSpec recorded = recorded(document, NO_DROPS);

    assertThat(recorded.blocked())
        .containsExactly(
            "V8.sql line 3: ALTER TABLE users DROP COLUMN name. MigrationPolicy production forbids"
                + " DropColumn: ask the data team, #data");
    assertThat(recorded.about().getFirst()).startsWith("BLOCKED");
    assertThat(recorded.hash()).isEqualTo(document.hash());
    assertThat(recorded(document, PolicyView.NONE).blocked()).isEmpty();
    assertThat(recorded(document, UNREADABLE).blocked()).isEmpty();
  }

  @Test
  void whatTheOperatorItselfFindsIsJudgedToo() {
    Decision decision =
        Worlds.in(Phase.PLANNING)
            .claimed(Step.PLAN, Worlds.JOB_UID)
            .sourceDigest("edited-in-place")
            .job(ended(result(Step.PLAN, Outcome.PLANNED), document("Medium")))
            .policies(forbidding("MutableSource"))
            .decide();

    assertThat(effects(decision, Effect.CreatePlan.class))
        .allSatisfy(create -> assertThat(create.spec().blocked()).hasSize(1));
  }

  @Test
  void ofAPlanThatIsForbiddenAllOverTheFirstAreShown() {
    MigrationPlanSpec document = document("High");
    for (int line : IntStream.rangeClosed(1, 2_000).toArray()) {
      document = document.withFinding(new Finding("DropColumn", "High", "x", "V8.sql", line));
    }

    assertThat(recorded(document, NO_DROPS).blocked()).hasSize(51).endsWith("and 1,950 more");
  }

  private static MigrationPlanSpec recorded(MigrationPlanSpec document, PolicyView policies) {
    Decision decision =
        Worlds.in(Phase.PLANNING)
            .claimed(Step.PLAN, Worlds.JOB_UID)
            .job(ended(result(Step.PLAN, Outcome.PLANNED), document))
            .policies(policies)
            .decide();
    return effect(decision, Effect.CreatePlan.class).spec();
  }

  @Test
  void thePodThatPlansAndMigratesIsToldToEnd() {
    assertThat(effect(inOnePod().decide(), Effect.AnnotatePod.class).answer())
        .isEqualTo(Worlds.HASH);

    assertThat(effect(inOnePod().policies(NO_DROPS).decide(), Effect.AnnotatePod.class).answer())
        .isEqualTo("refused");
    assertThat(effect(inOnePod().policies(UNREADABLE).decide(), Effect.AnnotatePod.class).answer())
        .isEqualTo("refused");
  }

  @Test
  void onceThatPodHasEndedTheRunFailsHoldingNothing() {
    RunnerResult planned = result(Step.PLAN, Outcome.PLANNED);

    Decision decision = inOnePod().policies(NO_DROPS).job(ended(planned)).decide();

    assertThat(end(decision)).isEqualTo("Failed/Forbidden");
    assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
    assertThat(startsJob(decision)).isFalse();
  }

  @Test
  void aBackupThatIsUnderWayEndsAndIsTheLastJobOfTheRun() {
    Worlds backingUp =
        Worlds.in(Phase.BACKING_UP)
            .planned()
            .claimed(Step.BACKUP, Worlds.JOB_UID)
            .findings(DROP)
            .policies(NO_DROPS);
    RunnerResult taken =
        backedUp(
            new RunnerResult.Backup("78", "2026-11-25T08:59:00Z", "2026-11-25T08:59:50Z", true));

    assertThat(end(backingUp.job(running()).decide())).startsWith("BackingUp/");
    assertThat(end(backingUp.job(ended(taken)).decide())).isEqualTo("Failed/Forbidden");
  }

  @Test
  void whatIsDispatchedGoesOn() {
    Decision decision =
        Worlds.dispatched().findings(DROP).policies(NO_DROPS).job(running()).decide();

    assertThat(decision.status().phase()).isEqualTo("Migrating");
    assertThat(effects(decision, Effect.DeleteJob.class)).isEmpty();
  }
}
