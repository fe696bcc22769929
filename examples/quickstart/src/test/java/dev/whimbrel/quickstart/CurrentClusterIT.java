package dev.whimbrel.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.testkit.realnode.NeedsRealNode;
import dev.whimbrel.testkit.realnode.RealCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same story on a cluster with a real node, as a reader's own is. */
@Tag("node")
@NeedsRealNode
class CurrentClusterIT {

  private static final String IMAGE = "whimbrel.dev/whimbrel-quickstart:0.1.0-SNAPSHOT";

  @TempDir private Path folder;

  @Test
  void takesItsReaderThroughEveryPhaseAndLeavesTheClusterAsItWas() {
    Path archive =
        Path.of(
            System.getProperty("whimbrel.root"),
            "examples/quickstart/image/target/quickstart-image.tar");
    Assumptions.assumeTrue(
        Boolean.parseBoolean(System.getenv("CI")) || Files.exists(archive),
        "skipped: no " + archive + "; ./mvnw -pl examples/quickstart/image -am package builds it");
    try (RealCluster cluster = RealCluster.start(folder.resolve("cluster"))) {
      cluster.node().load(archive);
      Path kubeconfig = cluster.controlPlane().adminKubeconfig();
      try (QuickstartRun run =
          QuickstartRun.startOn(
              kubeconfig, folder, "", "--yes", "--cluster", "current", "--image", IMAGE)) {

        int code = run.exitCode();

        assertThat(run.output()).containsSubsequence(QuickstartIT.PHASES);
        assertThat(code).isZero();
        assertThat(run.leftovers()).isEmpty();
      }
      var admin = cluster.controlPlane().admin();
      assertThat(admin.namespaces().withName("whimbrel-quickstart").get()).isNull();
      assertThat(admin.apiextensions().v1().customResourceDefinitions().list().getItems())
          .isEmpty();
    }
  }
}
