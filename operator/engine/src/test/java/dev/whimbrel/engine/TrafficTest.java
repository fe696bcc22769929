package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.effect;
import static dev.whimbrel.engine.Results.effects;
import static dev.whimbrel.engine.Results.end;
import static dev.whimbrel.engine.Results.ended;
import static dev.whimbrel.engine.Results.endedAfterReading;
import static dev.whimbrel.engine.Results.failed;
import static dev.whimbrel.engine.Results.partly;
import static dev.whimbrel.engine.Results.split;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.protocol.Step;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who served before the first statement is remembered, and goes back before the schema. */
class TrafficTest {

  @Nested
  class Recorded {

    @Test
    void itIsThatOfTheRunAtTheRevisionThatItFound() {
      Decision decision =
          Worlds.dispatched()
              .application()
              .job(endedAfterReading(Results.at("8", Step.VERIFY, Outcome.VERIFIED), split("a-1")))
              .decide();

      assertThat(end(decision)).isEqualTo("Succeeded/Succeeded");
      assertThat(decision.status().traffic()).isEqualTo(split("a-1").of("4-1", "6"));
    }

    @Test
    void aJobThatWasKilledHasReadItAllTheSame() {
      Decision decision =
          Worlds.dispatched().application().job(endedAfterReading(null, split("a-1"))).decide();

      assertThat(end(decision)).isEqualTo("Recovering/NoResult");
      assertThat(decision.status().traffic()).isEqualTo(split("a-1").of("4-1", "6"));
    }

    @Test
    void anotherAttemptReadsAnewUnlessPartOfThePlanIsInAlready() {
      Worlds again = Worlds.dispatched().application().traffic("4-1", "6");
      Worlds rest =
          Worlds.dispatched()
              .application()
              .traffic("4-1", "5")
              .continuing("2026-11-26T08:55:00Z", "6", "7", "8");

      Decision anew = again.job(endedAfterReading(null, split("a-2"))).decide();
      Decision kept = rest.job(endedAfterReading(null, split("a-2"))).decide();

      assertThat(anew.status().traffic()).isEqualTo(split("a-2").of("4-1", "6"));
      assertThat(kept.status().traffic()).isEqualTo(split("kotori-api-1").of("4-1", "5"));
    }

    @Test
    void theNextRunKeepsWhatIsRecordedUntilItHasReadItself() {
      Decision decision =
          Worlds.in(Phase.SUCCEEDED)
              .application()
              .traffic("4-1", "6")
              .planState("Applied")
              .retryAnnotation("now")
              .decide();

      assertThat(end(decision)).isEqualTo("Planning/NewRun");
      assertThat(decision.status().traffic()).isEqualTo(split("kotori-api-1").of("4-1", "6"));
    }
  }

  @Nested
  class OnTheWayBack {

    private Worlds partial() {
      return Worlds.recovering("Permanent")
          .rollsBack()
          .application()
          .claimed(Step.INSPECT, Worlds.JOB_UID)
          .job(ended(partly(1, "7")));
    }

    @Test
    void theSchemaGoesBackOnlyWhereTheTrafficCanGoFirst() {
      Decision without = partial().decide();
      Decision ofAnotherRun = partial().traffic("3-1", "6").decide();
      Decision with = partial().traffic("4-1", "6").decide();

      assertThat(without.status().message())
          .contains(
              "they were not undone, because traffic goes back before the schema, and no split of"
                  + " Cloud Run service kotori-api is recorded of this run");
      assertThat(end(ofAnotherRun)).isEqualTo("Failed/Broken");
      assertThat(end(with)).isEqualTo("RollingBack/RollingBack");
    }

    @Test
    void whatTheRollbackHasPutBackIsRecordedWithTheCommandThatUndoesIt() {
      Decision decision = rolledBack(true);

      assertThat(end(decision)).isEqualTo("RolledBack/RolledBack");
      assertThat(decision.status().trafficRestore().state()).isEqualTo("Restored");
      assertThat(decision.status().trafficRestore().endedAt()).isEqualTo(Worlds.NOW.toString());
      assertThat(decision.status().trafficRestore().message())
          .isEqualTo(
              "the traffic of Cloud Run service kotori-api is back at kotori-api-1 100 %, as"
                  + " recorded 2026-11-25T08:59:00Z. It stays there through every later deployment,"
                  + " until this is undone: gcloud run services update-traffic kotori-api"
                  + " --to-latest --region=us-central1 --project=kotori-io");
      assertThat(announced(decision)).contains("TrafficRestored", "RolledBack");
    }

    @Test
    void whereTheNewApplicationWasNotOutYetNothingIsPinned() {
      Decision decision = rolledBack(false);

      assertThat(decision.status().trafficRestore().state()).isEqualTo("Unchanged");
      assertThat(decision.status().trafficRestore().message()).endsWith("nothing was moved");
    }

    @Test
    void aRollbackThatFailedAfterTheTrafficHadGoneSaysSoToo() {
      RunnerResult broke =
          failed(Step.ROLLBACK, Kind.PERMANENT, "SqlError").withTraffic(null, true);

      Decision decision = claimed().job(ended(broke)).decide();

      assertThat(end(decision)).isEqualTo("RollingBack/SqlError");
      assertThat(decision.status().trafficRestore().state()).isEqualTo("Restored");
    }

    @Test
    void aRollbackThatLeftNoWordOfTheTrafficSaysWhatToDo() {
      Decision decision =
          Worlds.rollingBack()
              .application()
              .traffic("4-1", "6")
              .rollbackFailed("Transient")
              .claimed(Step.INSPECT, Worlds.JOB_UID)
              .job(ended(Results.at("6", Step.INSPECT, Outcome.UNTOUCHED)))
              .decide();

      assertThat(end(decision)).isEqualTo("RolledBack/RolledBack");
      assertThat(decision.status().trafficRestore()).isNull();
      assertThat(decision.status().message())
          .contains(
              "Whether its traffic was put back is not recorded: annotation"
                  + " whimbrel.dev/restore-traffic sees to it");
    }

    private Worlds claimed() {
      return Worlds.rollingBack()
          .application()
          .traffic("4-1", "6")
          .claimed(Step.ROLLBACK, Worlds.JOB_UID);
    }

    private Decision rolledBack(boolean moved) {
      return claimed()
          .job(ended(Results.at("6", Step.ROLLBACK, Outcome.ROLLED_BACK).withTraffic(null, moved)))
          .decide();
    }
  }

  @Nested
  class InThePlan {

    private final Finding dropped =
        new Finding("DropColumn", "High", "drops a column of users", "V7.sql", 3);

    private final Finding index = new Finding("DropIndex", "Medium", "drops an index", "V7.sql", 4);

    @Test
    void whatTheApplicationOfNowMayMissIsAFinding() {
      assertThat(findings(Worlds.in(Phase.PLANNING).application(), null, index, dropped))
          .anySatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo("OlderApplication");
            assertThat(finding.risk()).isEqualTo("Low");
            assertThat(finding.script()).isEqualTo("V7.sql");
            assertThat(finding.message())
                .startsWith(
                    "the revision of Cloud Run service kotori-api that serves now was written for"
                        + " the schema before, and V7.sql drops a column of users");
          });
    }

    @Test
    void withoutAServiceOrWithoutALossItIsNone() {
      assertThat(findings(Worlds.in(Phase.PLANNING), null, dropped)).containsExactly(dropped);
      assertThat(findings(Worlds.in(Phase.PLANNING).application(), null, index))
          .containsExactly(index);
    }

    @Test
    void aDowngradeSaysWhetherTheTrafficGoesWithIt() {
      assertThat(
              findings(
                  Worlds.in(Phase.PLANNING).application().traffic("4-1", "8"),
                  "Downgrade",
                  dropped))
          .extracting(Finding::rule)
          .containsExactly("DropColumn", "TrafficGoesBack");
      assertThat(
              findings(
                  Worlds.in(Phase.PLANNING).application().traffic("4-1", null),
                  "Downgrade",
                  dropped))
          .extracting(Finding::rule)
          .containsExactly("DropColumn", "TrafficStays");
    }

    private List<Finding> findings(Worlds worlds, String direction, Finding... found) {
      MigrationPlanSpec document =
          Results.document("High", List.of(), direction, null, List.of("Reversible", "Reversible"));
      for (Finding finding : found) {
        document = document.withFinding(finding);
      }
      Decision decision =
          worlds
              .claimed(Step.PLAN, Worlds.JOB_UID)
              .job(ended(Results.result(Step.PLAN, Outcome.PLANNED), document))
              .decide();
      return effect(decision, Effect.CreatePlan.class).spec().findings();
    }
  }

  static List<String> announced(Decision decision) {
    return effects(decision, Effect.Announce.class).stream().map(Effect.Announce::reason).toList();
  }
}
