package dev.whimbrel.image;

import dev.whimbrel.controller.act.RunnerImage;
import dev.whimbrel.controller.process.OperatorProcess;
import dev.whimbrel.controller.process.Options;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;

/**
 * Loads the classes that operator and runner use, so that the image's build can put them into a
 * class archive: {@code java -XX:ArchiveClassesAtExit=... dev.whimbrel.image.Rehearsal}. It talks
 * to nobody outside its process. What it misses is loaded from the jars as ever, only slower.
 */
final class Rehearsal {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** The runner would need a database to show which of these it uses; all of them are few. */
  private static final List<String> RUNNER_JARS =
      List.of(
          "whimbrel-",
          "flyway-core-",
          "flyway-database-postgresql-",
          "postgresql-",
          // What PostgreSQL's parser runs on (run.endive).
          "runtime-",
          "wasm-");

  private Rehearsal() {}

  /** Runs the operator until it has created a Job, then loads what the runner may need. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    operate();
    int loaded = 0;
    for (String jar : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (RUNNER_JARS.stream().anyMatch(new File(jar).getName()::startsWith)) {
        loaded += load(new File(jar));
      }
    }
    System.out.println("rehearsed; " + loaded + " classes of the runner");
    // The operator's threads are no reason to stay.
    System.exit(0);
  }

  private static void operate() throws IOException, InterruptedException {
    try (CannedCluster cluster = CannedCluster.start();
        KubernetesClient client =
            new KubernetesClientBuilder().withConfig(config(cluster.url())).build();
        OperatorProcess operator =
            new OperatorProcess(
                client,
                new Options(
                    "whimbrel-system",
                    Set.of(),
                    new RunnerImage("whimbrel", "Never", Map.of()),
                    false,
                    "rehearsal",
                    0),
                () -> {})) {
      operator.start();
      if (!cluster.awaitJob(LIMIT)) {
        throw new IllegalStateException(
            "the operator created no Job within %d s; it asked for %s"
                .formatted(LIMIT.toSeconds(), cluster.requests()));
      }
    }
  }

  private static Config config(String url) {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(url)
        .withRequestRetryBackoffLimit(0)
        .build();
  }

  private static int load(File file) throws IOException {
    int loaded = 0;
    try (JarFile jar = new JarFile(file)) {
      for (String name :
          jar.stream().map(entry -> entry.getName()).filter(Rehearsal::isClass).toList()) {
        try {
          Class.forName(
              name.substring(0, name.length() - ".class".length()).replace('/', '.'),
              false,
              Rehearsal.class.getClassLoader());
          loaded++;
        } catch (ClassNotFoundException | LinkageError e) {
          // Made for a library that is not here: then nobody will ask for it either.
          continue;
        }
      }
    }
    return loaded;
  }

  private static boolean isClass(String entry) {
    return entry.endsWith(".class")
        && !entry.startsWith("META-INF/")
        && !entry.endsWith("-info.class");
  }
}
