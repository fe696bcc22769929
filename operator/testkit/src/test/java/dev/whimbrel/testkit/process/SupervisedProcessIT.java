package dev.whimbrel.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("apiserver")
class SupervisedProcessIT {

  @TempDir Path directory;

  @Test
  void output_and_exit_code_are_those_of_the_command() throws Exception {
    SupervisedProcess process = shell("echo out; echo err >&2; exit 7");

    assertThat(process.onExit().get(10, TimeUnit.SECONDS)).isEqualTo(7);
    assertThat(output()).contains("out", "err");
  }

  @Test
  void the_environment_is_exactly_what_was_asked_for() throws Exception {
    SupervisedProcess process =
        SupervisedProcess.start(
            new SupervisedProcess.Command(
                List.of("/bin/sh", "-c", "echo \"[$WEIRD] [$HOME]\""),
                Map.of("WEIRD", "a b'\"$(x)\\ö", "PATH", "/usr/bin:/bin"),
                false,
                Optional.empty(),
                directory.resolve("out")));

    assertThat(process.onExit().get(10, TimeUnit.SECONDS)).isZero();
    assertThat(output()).contains("[a b'\"$(x)\\ö] []");
  }

  @Test
  void terminate_reaches_the_main_process_which_may_clean_up() throws Exception {
    SupervisedProcess process =
        shell("trap 'echo cleaned; exit 3' TERM; echo ready; while :; do sleep 0.05; done");
    await().until(() -> output().contains("ready"));

    process.terminate();

    assertThat(process.onExit().get(10, TimeUnit.SECONDS)).isEqualTo(3);
    assertThat(output()).contains("cleaned");
  }

  @Test
  void a_process_that_ignores_terminate_is_killed_with_all_its_children() throws Exception {
    SupervisedProcess process =
        shell("trap '' TERM; sleep 300 & echo \"child $!\"; while :; do sleep 0.05; done");
    await().until(() -> output().contains("child "));
    long child = Long.parseLong(output().strip().substring("child ".length()));

    process.stop(Duration.ofMillis(300));

    assertThat(process.onExit().get(10, TimeUnit.SECONDS)).isEqualTo(137);
    await().until(() -> !running(child));
  }

  @Test
  void a_killed_jvm_takes_its_processes_along() throws Exception {
    Path pid = directory.resolve("pid");
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Orphan.class.getName(),
                pid.toString())
            .inheritIO()
            .start();
    await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(pid) && Files.size(pid) > 1);
    long orphan = Long.parseLong(Files.readString(pid).strip());
    assertThat(running(orphan)).isTrue();

    jvm.destroyForcibly().waitFor();

    await().until(() -> !running(orphan));
  }

  /** The program of the JVM that gets killed. */
  static final class Orphan {
    public static void main(String[] arguments) throws Exception {
      SupervisedProcess.start(
          SupervisedProcess.Command.of(
              List.of("sh", "-c", "echo $$ > '" + arguments[0] + "'; exec sleep 300"),
              Path.of(arguments[0] + ".out")));
      Thread.sleep(Duration.ofMinutes(5));
    }
  }

  /** A zombie that nobody has reaped yet has no command any more. */
  private static boolean running(long pid) {
    return ProcessHandle.of(pid).flatMap(process -> process.info().command()).isPresent();
  }

  private SupervisedProcess shell(String script) {
    return SupervisedProcess.start(
        SupervisedProcess.Command.of(List.of("sh", "-c", script), directory.resolve("out")));
  }

  private String output() throws IOException {
    Path file = directory.resolve("out");
    return Files.exists(file) ? Files.readString(file) : "";
  }
}
