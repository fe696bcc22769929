package dev.whimbrel.quickstart.kotori;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.quickstart.QuickstartRun;
import dev.whimbrel.testkit.kubernetes.ControlPlaneExtension;
import dev.whimbrel.testkit.python.NeedsPython;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Both stories of the example, with a simulated node. */
@Tag("apiserver")
@NeedsPython
@ExtendWith(ControlPlaneExtension.class)
class KotoriIT {

  private static final String[] STORY = {
    "at 7c39d7b141c7, as the team left it",
    "Release 1",
    "Planning ",
    "BackingUp ",
    "AwaitingApproval ",
    "from 7c39d7b141c7 to 9d4e61c7f0ab on database kotori, risk High",
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_share_access_viewer_email",
    "DropColumn",
    "because of --yes",
    "Migrating ",
    "Succeeded ",
    "What kubectl -n kotori describe dbm kotori shows",
    "ApprovalAccepted",
    "9d4e61c7f0ab\n",
    "Release 2",
    "AwaitingApproval ",
    "because of --yes",
    "Migrating ",
    "Failed ",
    "23505",
    "the last is c4f7be210a95",
    "SqlError",
    "c4f7be210a95\n",
    "The way back",
    "AwaitingApproval ",
    "a downgrade: the revisions are undone, newest first",
    "ALTER TABLE shares DROP COLUMN name",
    "because of --yes",
    "Succeeded ",
    "9d4e61c7f0ab\n",
    "Both stories ended as told"
  };

  @TempDir private Path folder;

  @Test
  void carriesOneReleaseOutAndTakesTheNextOneBack() {
    try (QuickstartRun run =
        QuickstartRun.ofExample("kotori", folder, "--yes", "--cluster", "local")) {

      int code = run.exitCode();

      assertThat(run.output()).containsSubsequence(STORY);
      assertThat(code).isZero();
      assertThat(run.leftovers()).isEmpty();
    }
  }
}
