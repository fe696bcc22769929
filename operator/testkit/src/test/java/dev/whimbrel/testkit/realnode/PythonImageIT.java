package dev.whimbrel.testkit.realnode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.testkit.python.KotoriExample;
import dev.whimbrel.testkit.python.NeedsPython;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsRealNode
@NeedsPython
class PythonImageIT {

  @TempDir Path directory;

  @Test
  void a_users_alembic_runs_on_the_node_as_the_user() throws Exception {
    Path application = Files.createDirectories(directory.resolve("app"));
    Files.writeString(application.resolve("notes.txt"), "of the application");
    Path archive = directory.resolve("image.tar");
    PythonImage image =
        new PythonImage(
            "whimbrel.test/kotori:1",
            "kotori",
            KotoriExample.requirements(),
            Map.of("/app/backend", application),
            "/app/backend");

    image.write(archive);

    try (RealCluster cluster = RealCluster.start(directory.resolve("cluster"))) {
      cluster.node().load(archive);
      cluster.controlPlane().admin().resource(pod(image.reference())).create();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> "Succeeded".equals(fresh(cluster).getStatus().getPhase()));
      assertThat(
              cluster
                  .controlPlane()
                  .admin()
                  .pods()
                  .inNamespace("default")
                  .withName("alembic")
                  .getLog()
                  .lines())
          .containsExactly("kotori of the application", "alembic 1.12.1", "2.0.23");
    }
  }

  private static Pod fresh(RealCluster cluster) {
    return cluster.controlPlane().admin().pods().inNamespace("default").withName("alembic").get();
  }

  private static Pod pod(String image) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("alembic")
        .withNamespace("default")
        .endMetadata()
        .withNewSpec()
        .withAutomountServiceAccountToken(false)
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName("alembic")
        .withImage(image)
        .withImagePullPolicy("Never")
        .withCommand(
            "/bin/sh",
            "-c",
            """
            echo "$(id -un) $(cat notes.txt)"
            /home/kotori/.local/bin/alembic --version
            python3 -c 'import psycopg2, sqlalchemy; print(sqlalchemy.__version__)'
            """)
        .endContainer()
        .endSpec()
        .build();
  }
}
