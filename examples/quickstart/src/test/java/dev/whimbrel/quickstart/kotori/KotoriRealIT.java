package dev.whimbrel.quickstart.kotori;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whimbrel.quickstart.QuickstartRun;
import dev.whimbrel.testkit.kubernetes.Repository;
import dev.whimbrel.testkit.python.NeedsPython;
import dev.whimbrel.testkit.realnode.NeedsRealNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same stories where a kubelet and containerd run the team's image. */
@NeedsRealNode
@NeedsPython
class KotoriRealIT {

  @TempDir private Path folder;

  @Test
  void bothStoriesEndAsToldOnARealNodeAndNothingOfItIsLeft() {
    Path archive = Repository.root().resolve("operator/image/target/whimbrel-image.tar");
    assumeTrue(
        Files.exists(archive) || "true".equals(System.getenv("CI")),
        "skipped: build the image before, with ./mvnw -DskipTests -pl operator/image -am package");
    try (QuickstartRun run =
        QuickstartRun.ofExample("kotori", folder, "--yes", "--cluster", "real")) {

      int code = run.exitCode();

      assertThat(run.output())
          .contains("a kubelet and containerd", "in a pod, installed by the chart")
          .containsSubsequence(Story.LINES);
      assertThat(code).isZero();
      assertThat(run.leftovers()).isEmpty();
      assertThat(processesOf(folder)).isEmpty();
    }
  }

  /** Those whose command line names the folder for temporary files, where all of it was. */
  private static Stream<String> processesOf(Path folder) {
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .filter(line -> line.contains(folder.toString()));
  }
}
