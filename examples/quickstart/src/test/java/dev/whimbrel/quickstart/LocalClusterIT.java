package dev.whimbrel.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.testkit.kubernetes.ControlPlaneExtension;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The same story on a real control plane, under the roles of the chart. */
@Tag("apiserver")
@ExtendWith(ControlPlaneExtension.class)
class LocalClusterIT {

  @TempDir private Path folder;

  @Test
  void takesItsReaderThroughEveryPhaseToSucceeded() {
    try (QuickstartRun run = QuickstartRun.start(folder, "", "--yes", "--cluster", "local")) {

      int code = run.exitCode();

      assertThat(run.output())
          .containsSubsequence(QuickstartIT.PHASES)
          .contains("export KUBECONFIG=");
      assertThat(code).isZero();
      assertThat(run.leftovers()).isEmpty();
    }
  }
}
