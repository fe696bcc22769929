package dev.whimbrel.engine.checklist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.ChecklistItem;
import dev.whimbrel.api.v1alpha1.TrafficShare;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import dev.whimbrel.api.v1alpha1.WayBack;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChecklistTest {

  private static final Set<String> ANSWERS =
      Set.of(
          ChecklistItem.YES,
          ChecklistItem.NO,
          ChecklistItem.PENDING,
          ChecklistItem.NOT_APPLICABLE,
          ChecklistItem.UNKNOWN);

  private static final String SERVICE = "Cloud Run service kotori-api";

  private static final TrafficStatus SPLIT =
      new TrafficStatus(
          "projects/kotori-io/locations/us-central1/services/kotori-api",
          "2026-11-25T08:59:00Z",
          "api-2",
          List.of(new TrafficShare("api-1", 90, null), new TrafficShare("api-2", 10, null)),
          "4-1",
          "6");

  @Test
  void aRunThatWentWellIsAnsweredItemByItem() {
    List<ChecklistItem> items = Checklist.of(Recorded.good().evidence());

    assertThat(items)
        .extracting(item -> item.stage() + " | " + item.item() + " | " + item.answer())
        .containsExactly(
            "Before | history consistent | Yes",
            "Before | right database, its primary, no pooler | Yes",
            "Before | SQL previewed | Yes",
            "Before | SQL reviewed for safety | Yes",
            "Before | backup taken and verified | Yes",
            "Before | rollback path known | Yes",
            "Before | rollback tested | No",
            "Before | way back of the application recorded | NotApplicable",
            "Before | approved by a person | Yes",
            "During | all revisions carried out | Yes",
            "During | waits for locks were bounded | Yes",
            "During | blocked sessions within the limit | Yes",
            "After | database at the target revision | Yes",
            "After | indexes valid | Yes",
            "After | queries hold | Yes",
            "After | no rows lost | Yes",
            "After | application healthy | Yes",
            "After | response times kept | Yes",
            "After | rollout of the application verified | Yes",
            "After | backup still listed | Unknown");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Pending",
        "Dispatched",
        "Applied",
        "RolledBack",
        "Superseded",
        "Rejected",
        "Expired",
        "Failed",
        "Unresolved",
        "OfAnotherVersion"
      })
  void everyItemHasAnAnswerAndAReasonInEveryState(String state) {
    for (Recorded recorded :
        List.of(
            Recorded.of(state),
            Recorded.good().state(state),
            Recorded.of(state).application(SERVICE, null),
            Recorded.good().state(state).application(SERVICE, SPLIT))) {
      List<ChecklistItem> items = Checklist.of(recorded.evidence());

      assertThat(items).hasSize(20);
      assertThat(items).extracting(ChecklistItem::item).doesNotHaveDuplicates();
      assertThat(items)
          .allSatisfy(item -> {
            assertThat(item.answer()).isIn(ANSWERS);
            assertThat(item.why()).isNotBlank().doesNotEndWith(".").doesNotContain("null");
          });
    }
  }

  /** What no record says is never answered with Yes, however the plan ended. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Pending",
        "Dispatched",
        "Applied",
        "RolledBack",
        "Superseded",
        "Rejected",
        "Expired",
        "Failed",
        "Unresolved"
      })
  void withoutARecordNothingThatOnlyARunCanTellIsYes(String state) {
    Recorded bare = Recorded.of(state).asks(Asked.SQL).asks(Asked.HTTP).asks(Asked.ROWS);

    assertThat(Checklist.of(bare.evidence()))
        .filteredOn(item -> item.answer().equals(ChecklistItem.YES))
        .extracting(ChecklistItem::item)
        .containsExactly(
            "history consistent",
            "right database, its primary, no pooler",
            "SQL previewed",
            "SQL reviewed for safety",
            "rollback path known");
  }

  @Test
  void whileItWaitsWhatIsToComeIsPending() {
    List<ChecklistItem> items =
        Checklist.of(
            Recorded.of("Pending")
                .asks(Asked.SQL)
                .asks(Asked.ROWS)
                .asks(Asked.HTTP)
                .asks(Asked.LATENCY)
                .evidence());

    assertThat(items)
        .filteredOn(item -> !item.stage().equals(Checklist.BEFORE))
        .allMatch(item -> item.answer().equals(ChecklistItem.PENDING));
  }

  @ParameterizedTest
  @CsvSource({
    "Pending, Pending: who serves is recorded right before the first statement",
    "Dispatched, Pending: who serves is recorded right before the first statement",
    "Applied, No: the Job left no record of who served",
    "Rejected, NotApplicable: the plan is Rejected: nothing ran"
  })
  void whoServedIsNotKnownWithoutARecord(String state, String answer) {
    assertThat(
            Recorded.of(state)
                .application(SERVICE, null)
                .answer("way back of the application recorded"))
        .isEqualTo(answer);
  }

  @Test
  void whoServedIsTheWayBackOfTheApplication() {
    assertThat(
            Recorded.good()
                .application(SERVICE, SPLIT)
                .answer("way back of the application recorded"))
        .isEqualTo(
            "Yes: Cloud Run service kotori-api served api-1 90 %, api-2 10 % right before the first"
                + " statement; annotation whimbrel.dev/restore-traffic puts that back");
    assertThat(
            Recorded.of("Failed")
                .application(SERVICE, null)
                .cause("NoResult", "the Job ended without a result")
                .answer("way back of the application recorded"))
        .isEqualTo("Unknown: the migrate step ended without a record of who served");
    assertThat(
            Recorded.of("Applied")
                .downgrade()
                .application(SERVICE, null)
                .answer("way back of the application recorded"))
        .isEqualTo("NotApplicable: the plan is itself a way back");
  }

  // --- before ----------------------------------------------------------------------------------

  @Test
  void aPlanThatDoesNotSayItsDatabaseProvesNothingAboutIt() {
    assertThat(
            Recorded.of("Pending")
                .unknownDatabase()
                .answer("right database, its primary, no pooler"))
        .isEqualTo("Unknown: the plan does not say which database it was made on");
  }

  @Test
  void codeIsNeitherPreviewedNorReviewed() {
    Recorded code =
        Recorded.of("Pending")
            .revision("versions/move.py", true, List.of("def upgrade():"), WayBack.UNKNOWN);

    assertThat(code.answer("SQL previewed")).startsWith("No: versions/move.py runs code");
    assertThat(code.answer("SQL reviewed for safety"))
        .isEqualTo("No: the rules read SQL, and versions/move.py runs code: read its source");
  }

  @ParameterizedTest
  @ValueSource(strings = {"NotReproducible", "OfflineBranch"})
  void aPreviewThatNeedNotBeWhatRunsIsNone(String rule) {
    assertThat(Recorded.of("Pending").finding(rule, "it differs").answer("SQL previewed"))
        .isEqualTo("No: the SQL in the plan need not be what runs: it differs");
  }

  @Test
  void aRevisionWithoutTextIsNotPreviewedAndACallbackDoesNotCount() {
    assertThat(Recorded.of("Pending").silent("V7.sql").answer("SQL previewed"))
        .isEqualTo("Unknown: the plan holds no SQL of V7.sql");
    assertThat(
            Recorded.of("Pending")
                .callback("afterMigrate.sql")
                .revision("V7.sql", WayBack.REVERSIBLE)
                .answer("rollback path known"))
        .isEqualTo("Yes: the plan holds it, and it loses nothing");
  }

  @Test
  void whatMustNotRunIsSaidByTheReview() {
    assertThat(Recorded.of("Failed").risk("Unsafe").answer("SQL reviewed for safety"))
        .isEqualTo("No: it must not run: risk Unsafe, 0 finding(s); adds a foreign key to users");
  }

  @ParameterizedTest
  @CsvSource({
    "Reversible, 'Yes: the plan holds it, and it loses nothing'",
    "WithLoss, 'Yes: the plan holds it; undoing V7.sql discards something'",
    "Unknown, 'Unknown: what undoes V7.sql runs code that no preview can show'",
    "None, 'No: V7.sql cannot be undone; only a backup leads back'",
    ", 'No: V7.sql cannot be undone; only a backup leads back'"
  })
  void theWayBackIsAsTheWorstOfItsGrades(String grade, String answer) {
    assertThat(
            Recorded.of("Pending")
                .revision("V6.sql", WayBack.REVERSIBLE)
                .revision("V7.sql", grade)
                .answer("rollback path known"))
        .isEqualTo(answer);
  }

  @Test
  void aRepeatableScriptIsUndoneByTheOneBeforeIt() {
    Recorded views = Recorded.of("Pending").repeatable("R__views.sql");

    assertThat(views.answer("rollback path known"))
        .isEqualTo(
            "Yes: nothing is lost; R__views.sql is undone by the script as it was before, put back"
                + " into the source");
    assertThat(views.revision("V7.sql", WayBack.NONE).answer("rollback path known"))
        .startsWith("No: V7.sql cannot be undone");
  }

  @Test
  void aDowngradeIsItselfTheWayBack() {
    Recorded downgrade = Recorded.of("Pending").downgrade().revision("V7.sql", WayBack.NONE);

    assertThat(downgrade.answer("rollback path known")).startsWith("NotApplicable");
    assertThat(downgrade.answer("rollback tested")).startsWith("NotApplicable");
  }

  @Test
  void whereNothingLeadsBackThereIsNothingToTest() {
    assertThat(Recorded.of("Pending").revision("V7.sql", WayBack.NONE).answer("rollback tested"))
        .startsWith("NotApplicable: there is no way back");
  }

  @ParameterizedTest
  @CsvSource({"Pending, Pending", "Dispatched, No", "Failed, No", "Rejected, No", "Applied, No"})
  void aBackupThatIsNotThereIsPendingOnlyWhileTheRunWaits(String state, String answer) {
    assertThat(Recorded.of(state).answer("backup taken and verified")).startsWith(answer + ":");
  }

  @Test
  void aBackupCountsOnceItWasSeenAsSuccessful() {
    assertThat(Recorded.of("Pending").backup("SUCCESSFUL").answer("backup taken and verified"))
        .isEqualTo(
            "Yes: backup 77 was started 2026-11-25T08:30:01Z and seen as SUCCESSFUL in the"
                + " instance's list");
    assertThat(Recorded.of("Pending").backup("RUNNING").answer("backup taken and verified"))
        .isEqualTo("Unknown: backup 77 is RUNNING");
    assertThat(
            Recorded.of("Applied")
                .backupNotRequired("spec.backup.policy is Never")
                .answer("backup taken and verified"))
        .isEqualTo("NotApplicable: spec.backup.policy is Never");
  }

  @ParameterizedTest
  @CsvSource({
    "Pending, False, NotYet, 0 of 1 approvals, Pending: 0 of 1 approvals",
    "Pending, True, Approved, by anna, Yes: by anna",
    "Applied, True, Approved, by anna, Yes: by anna",
    "Applied, False, NotRequired, the risk is Low, NotApplicable: the risk is Low",
    "Rejected, False, NotYet, 0 of 1 approvals, No: a person rejected the plan",
    "Expired, False, NotYet, 0 of 1 approvals, No: nobody approved the plan in time",
    "Superseded, False, NotYet, 0 of 1 approvals, No: the plan is Superseded with 0 of 1 approvals"
  })
  void whoApprovedIsWhatTheConditionSays(
      String state, String status, String reason, String message, String answer) {
    assertThat(Recorded.of(state).approved(status, reason, message).answer("approved by a person"))
        .isEqualTo(answer);
  }

  @Test
  void withoutTheConditionNobodyKnowsWhoApproved() {
    assertThat(Recorded.of("Applied").noApprovedCondition().answer("approved by a person"))
        .startsWith("Unknown");
  }

  // --- during ----------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "Pending, 6, 'Pending: none of 1 has begun'",
    "Dispatched, 6, 'Pending: its Job carries out 1'",
    "Applied, 7, 'Yes: 1 of 1, by the database''s own history'",
    "Applied, 6, 'Unknown: the history was last read at 6'",
    "Failed, 6, 'No: the plan is Failed; its message says what is in'",
    "Superseded, 6, 'No: the plan is Superseded; its message says what is in'",
    "Rejected, 6, 'No: the plan is Rejected: none began'",
    "Expired, 6, 'No: the plan is Expired: none began'",
    "RolledBack, 6, 'No: what was in is undone'",
    "Unresolved, 6, 'Unknown: the history does not tell; a person has to look'"
  })
  void whatIsInIsWhatTheHistorySaid(String state, String revision, String answer) {
    assertThat(Recorded.of(state).at(revision).answer("all revisions carried out"))
        .isEqualTo(answer);
  }

  @Test
  void aVerificationThatMissesARevisionIsBelieved() {
    Recorded missing =
        Recorded.good().found("revision", CheckResult.FAILED, null, "6", "only 0 of 1 are in");

    assertThat(missing.answer("all revisions carried out")).isEqualTo("No: only 0 of 1 are in");
    assertThat(missing.answer("database at the target revision"))
        .isEqualTo("No: only 0 of 1 are in");
  }

  @Test
  void howLongLocksWereWaitedForIsWhatTheGuardReported() {
    assertThat(Recorded.good().answer("waits for locks were bounded"))
        .isEqualTo("Yes: each attempt at a lock waited at most 2000ms");
    assertThat(
            Recorded.good()
                .revision("V8__index.sql", false, List.of(), WayBack.REVERSIBLE)
                .answer("waits for locks were bounded"))
        .endsWith("2000ms, but for V8__index.sql, which runs without a transaction");
    assertThat(
            Recorded.good()
                .finding("UnnamedSessions", "asyncpg")
                .answer("waits for locks were bounded"))
        .startsWith("No: the tool's driver does not take lock_timeout");
    assertThat(Recorded.good().without("lock timeout").answer("waits for locks were bounded"))
        .isEqualTo("Unknown: no report of the guard is recorded");
  }

  @ParameterizedTest
  @CsvSource({"Passed, Yes", "Skipped, Unknown", "Failed, No"})
  void howManyWaitedIsWhatTheGuardReported(String result, String answer) {
    assertThat(
            Recorded.good()
                .found("blocked sessions", result, null, "1", "at most 1")
                .answer("blocked sessions within the limit"))
        .isEqualTo(answer + ": at most 1");
  }

  @Test
  void aMigrationThatTheGuardStoppedSaysSo() {
    Recorded stopped = Recorded.of("Failed").cause("GuardStopped", "9 sessions waited");

    assertThat(stopped.answer("blocked sessions within the limit"))
        .isEqualTo("No: 9 sessions waited");
    assertThat(stopped.answer("waits for locks were bounded"))
        .isEqualTo("Unknown: the migrate step ended without a report of the guard");
    assertThat(Recorded.of("Rejected").answer("blocked sessions within the limit"))
        .isEqualTo("NotApplicable: the plan is Rejected: nothing ran");
  }

  // --- after -----------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "Pending, 6, 'Pending: the target is 7'",
    "Applied, 7, 'Yes: the database is at revision 7, read after the last statement'",
    "Applied, 6, 'Unknown: the database is at revision 6 as last read, the target is 7'",
    "Failed, 6, 'No: the database is at revision 6, the target is 7'",
    "Failed, '', 'No: the database is at revision (none), the target is 7'",
    "Unresolved, 6, 'Unknown: the history does not tell'"
  })
  void theRevisionIsTheLastThatWasRead(String state, String revision, String answer) {
    assertThat(Recorded.of(state).at(revision).answer("database at the target revision"))
        .isEqualTo(answer);
  }

  @ParameterizedTest
  @CsvSource({
    "sql users readable, queries hold",
    "http api, application healthy",
    "latency api, response times kept",
    "rows of users, no rows lost"
  })
  void aKindOfChecksIsAsGoodAsItsWorst(String check, String item) {
    assertThat(
            Recorded.good()
                .found(check, CheckResult.FAILED, null, null, "it does not hold")
                .answer(item))
        .isEqualTo("No: it does not hold");
    assertThat(Recorded.good().found(check, CheckResult.WARNED, null, null, "look").answer(item))
        .isEqualTo("No: look");
    assertThat(
            Recorded.good()
                .found(check, CheckResult.SKIPPED, null, null, "no baseline")
                .answer(item))
        .isEqualTo("Unknown: no baseline");
    assertThat(Recorded.good().without(check).answer(item))
        .isEqualTo("Unknown: the verification ended without a result of it");
    assertThat(Recorded.of("Applied").answer(item)).startsWith("NotApplicable: ");
  }

  @Test
  void whatWasMeasuredIsSaid() {
    assertThat(Recorded.good().answer("no rows lost"))
        .isEqualTo("Yes: rows of users: 1200 rows before, 1200 rows after");
    assertThat(Recorded.good().answer("application healthy")).isEqualTo("Yes: http api");
  }

  @Test
  void anInvalidIndexIsANo() {
    assertThat(
            Recorded.good()
                .found("indexes are valid", CheckResult.WARNED, null, null, "invalid: public.i")
                .answer("indexes valid"))
        .isEqualTo("No: invalid: public.i");
    assertThat(Recorded.of("Failed").answer("indexes valid"))
        .isEqualTo("NotApplicable: the plan is Failed: nothing was verified");
    assertThat(Recorded.of("Applied").answer("indexes valid"))
        .isEqualTo("Unknown: no result of it is recorded");
  }

  @ParameterizedTest
  @CsvSource({
    "Passed, 'Yes: all is well'",
    "Failed, 'No: all is well'",
    "Running, 'Pending: it is being verified'",
    "Superseded,"
        + " 'Pending: annotation whimbrel.dev/verify-rollout starts it once the application is out'"
  })
  void theRolloutIsWhatItsOwnStageFound(String state, String answer) {
    assertThat(
            Recorded.good()
                .rollout(state, "all is well")
                .answer("rollout of the application verified"))
        .isEqualTo(answer);
  }

  @Test
  void aRolloutThatNothingCouldCheckIsNotWaitedFor() {
    assertThat(Recorded.of("Applied").answer("rollout of the application verified"))
        .startsWith("NotApplicable: spec.verify asks for nothing");
    assertThat(Recorded.of("RolledBack").answer("rollout of the application verified"))
        .startsWith("NotApplicable: the plan is RolledBack");
  }

  @Test
  void aRehearsalOfAnotherPlanCountsUnlessThePlanHasItsOwn() {
    Recorded elsewhere =
        Recorded.of("Pending").rehearsedElsewhere("plan staging-1: undone, as before");

    assertThat(elsewhere.answer("rollback tested"))
        .isEqualTo("Yes: plan staging-1: undone, as before");
    assertThat(
            elsewhere
                .found("rehearsal", CheckResult.WARNED, null, null, "not as before: -column")
                .answer("rollback tested"))
        .isEqualTo("No: not as before: -column");
  }

  @Test
  void whetherTheBackupIsStillThereTheVerificationHasAsked() {
    assertThat(listed(CheckResult.PASSED, "backup 77 was SUCCESSFUL at noon"))
        .isEqualTo("Yes: backup 77 was SUCCESSFUL at noon");
    assertThat(listed(CheckResult.WARNED, "backup 77 is gone")).isEqualTo("No: backup 77 is gone");
    assertThat(listed(CheckResult.SKIPPED, "the API does not answer"))
        .isEqualTo(
            "Unknown: the API does not answer; look: gcloud sql backups describe 77"
                + " --instance=kotori-db --project=kotori-io");
  }

  private static String listed(String result, String message) {
    return Recorded.good()
        .found("backup is listed", result, null, null, message)
        .answer("backup still listed");
  }

  @Test
  void whereNobodyHasAskedForTheBackupAPersonHasTo() {
    assertThat(Recorded.good().answer("backup still listed"))
        .isEqualTo(
            "Unknown: nobody has looked since it was taken: gcloud sql backups describe 77"
                + " --instance=kotori-db --project=kotori-io");
    assertThat(Recorded.good().state("Dispatched").answer("backup still listed"))
        .startsWith("Pending");
    assertThat(
            Recorded.of("Applied")
                .postgres()
                .backupNotRequired("spec.backup.policy is Never")
                .answer("backup still listed"))
        .isEqualTo("NotApplicable: no backup was taken");
  }

  @Test
  void aLongReasonIsCut() {
    String answer =
        Recorded.good()
            .rollout("Failed", "x".repeat(900))
            .answer("rollout of the application verified");

    assertThat(answer).hasSize("No: ".length() + 400).endsWith("x…");
  }
}
