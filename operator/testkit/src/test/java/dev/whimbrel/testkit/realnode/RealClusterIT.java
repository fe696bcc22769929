package dev.whimbrel.testkit.realnode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsRealNode
class RealClusterIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void pods_run_on_the_node_survive_a_power_cut_and_leave_nothing_behind() {
    String number;

    try (RealCluster cluster = RealCluster.start(directory)) {
      number = cluster.node().name().substring("node-".length());
      assertThat(traces(number)).isNotEmpty();
      cluster.controlPlane().admin().resource(pausePod()).create();

      await().atMost(LIMIT).until(() -> "Running".equals(pod(cluster).getStatus().getPhase()));
      assertThat(pod(cluster).getStatus().getPodIP())
          .startsWith(cluster.podRange().replace("0/24", ""));

      cluster.node().cutPower();
      cluster.node().powerOn();

      await().atMost(LIMIT).until(() -> restarts(cluster) == 1);
    }

    assertThat(traces(number)).isEmpty();
  }

  @Test
  void a_killed_jvm_leaves_nothing_of_its_node_behind() throws Exception {
    Path started = directory.resolve("started");
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Orphan.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("jvm.log").toFile())
            .start();
    await().atMost(LIMIT).until(() -> Files.exists(started) || !jvm.isAlive());
    String number = Files.readString(started);
    assertThat(traces(number)).isNotEmpty();

    jvm.destroyForcibly().waitFor();

    await().atMost(LIMIT).until(() -> traces(number).isEmpty());
  }

  /** The program of the JVM that gets killed. */
  static final class Orphan {
    public static void main(String[] arguments) throws Exception {
      Path directory = Path.of(arguments[0]);
      RealCluster cluster = RealCluster.start(directory.resolve("cluster"));
      Path written =
          Files.writeString(directory.resolve("writing"), cluster.node().name().substring(5));
      Files.move(written, directory.resolve("started"));
      Thread.sleep(Duration.ofMinutes(5));
    }
  }

  /** What a kernel and a file system still know of a node. */
  private static List<Path> traces(String number) {
    String name = "whimbrel" + number;
    return Stream.concat(
            Stream.of(Path.of("/sys/class/net", name), Path.of("/sys/fs/cgroup", name)),
            Stream.of("cpu", "memory", "pids", "systemd")
                .map(hierarchy -> Path.of("/sys/fs/cgroup", hierarchy, name)))
        .filter(Files::exists)
        .toList();
  }

  private static int restarts(RealCluster cluster) {
    return pod(cluster).getStatus().getContainerStatuses().getFirst().getRestartCount();
  }

  private static Pod pod(RealCluster cluster) {
    return cluster.controlPlane().admin().pods().inNamespace("default").withName("pause").get();
  }

  private static Pod pausePod() {
    return new PodBuilder()
        .withNewMetadata()
        .withName("pause")
        .withNamespace("default")
        .endMetadata()
        .withNewSpec()
        .withAutomountServiceAccountToken(false)
        .addNewContainer()
        .withName("pause")
        .withImage(PauseImage.REFERENCE)
        .withImagePullPolicy("Never")
        .endContainer()
        .endSpec()
        .build();
  }
}
