package dev.whimbrel.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From run.sh to Succeeded, with nothing but a JDK. */
@Tag("quickstart")
class QuickstartIT {

  static final String[] PHASES = {
    "Release 1",
    "Planning ",
    "Migrating ",
    "Succeeded ",
    "Release 2",
    "Planning ",
    "BackingUp ",
    "AwaitingApproval ",
    "Approved ",
    "Migrating ",
    "Succeeded ",
    "ended in phase Succeeded, revision 3"
  };

  @TempDir private Path folder;

  @Test
  void takesItsReaderThroughEveryPhaseToSucceeded() {
    try (QuickstartRun run = QuickstartRun.start(folder, "", "--yes")) {

      int code = run.exitCode();

      assertThat(run.output()).containsSubsequence(PHASES);
      assertThat(code).isZero();
      assertThat(run.output())
          .contains("ADD CONSTRAINT orders_customer_id_fkey", "because of --yes")
          .containsPattern("backup \\d+, SUCCESSFUL")
          .containsPattern("Normal +Succeeded +\\d+s +whimbrel")
          .containsPattern("12 +1 +42.00 +new");
      assertThat(run.leftovers()).isEmpty();
    }
  }

  @Test
  void endsWithAnErrorWhenItsReaderRejectsThePlan() {
    try (QuickstartRun run = QuickstartRun.start(folder, "show\nn\n")) {

      int code = run.exitCode();

      assertThat(run.output())
          .contains("Kind:         MigrationPlan")
          .contains("ended in phase Rejected", "nothing of release 2 has run");
      assertThat(code).isEqualTo(1);
    }
  }

  @Test
  void leavesNothingBehindWhenItIsInterrupted() {
    try (QuickstartRun run = QuickstartRun.start(folder, "", "--yes")) {
      run.awaitOutput("BackingUp ");
      List<ProcessHandle> children = run.descendants();
      assertThat(children).isNotEmpty();

      run.interrupt();

      assertThat(run.exitCode()).isGreaterThan(128);
      assertThat(run.output()).doesNotContain("ended in phase").contains("Nothing is left behind");
      Awaitility.await("the end of all children")
          .atMost(Duration.ofSeconds(10))
          .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
      assertThat(run.leftovers()).isEmpty();
    }
  }
}
