package dev.whimbrel.quickstart.kotori;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whimbrel.quickstart.QuickstartRun;
import dev.whimbrel.testkit.kubernetes.ControlPlaneExtension;
import dev.whimbrel.testkit.process.HostCommand;
import dev.whimbrel.testkit.python.NeedsPython;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both stories of the example, with a simulated node; and, on the cluster that they leave up, a
 * release as a pipeline deploys it.
 */
@Tag("apiserver")
@NeedsPython
@ExtendWith(ControlPlaneExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KotoriIT {

  private static final Pattern KUBECONFIG = Pattern.compile("export KUBECONFIG=(\\S+)");

  @TempDir private static Path folder;

  private static QuickstartRun run;

  @BeforeAll
  static void start() {
    run = QuickstartRun.ofExample("kotori", folder, "--yes", "--cluster", "local", "--keep");
  }

  @AfterAll
  static void end() {
    run.close();
  }

  @Test
  @Order(1)
  void carriesOneReleaseOutAndTakesTheNextOneBack() {
    run.awaitOutput("Everything stays up until you press Ctrl-C");

    assertThat(run.output()).containsSubsequence(Story.LINES);
  }

  @Test
  @Order(2)
  void aPipelineWithTheRightsOfAnAuthorDeploysARelease() throws IOException {
    assumeTrue(isOnPath("kubectl"), "skipped: no kubectl on the PATH");
    Path admin = kubeconfig();
    Path deployer = folder.resolve("deployer.kubeconfig");
    // Two minutes of a verified rollout are for a production.
    kubectl(
        admin,
        "-n kotori patch databasemigration kotori --type merge -p"
            + " {\"spec\":{\"verify\":{\"rollout\":{\"for\":\"1s\"}}}}");
    Files.copy(admin, deployer);
    kubectl(admin, "-n kotori create serviceaccount deployer");
    for (String role : List.of("edit", "whimbrel-author")) {
      kubectl(
          admin,
          "-n kotori create rolebinding deployer-%1$s --clusterrole=%1$s"
              .formatted(role)
              .concat(" --serviceaccount=kotori:deployer"));
    }
    String token = kubectl(admin, "-n kotori create token deployer").strip();
    kubectl(deployer, "config set-credentials deployer --token=" + token);
    kubectl(deployer, "config set-context --current --user=deployer");

    Path log = folder.resolve("deploy.log");
    int code =
        HostCommand.run(
            folder,
            log,
            List.of("env", "KUBECONFIG=" + deployer, "bash", script(), Kotori.FIRST_IMAGE));

    assertThat(Files.readString(log))
        .containsSubsequence(
            "databasemigration.whimbrel.dev/kotori",
            "Succeeded: The database is at revision 9d4e61c7f0ab",
            "deployment.apps/kotori-api created",
            "successfully rolled out",
            "RolloutVerified: ");
    assertThat(code).isZero();
    assertThat(kubectl(deployer, "auth whoami")).contains("system:serviceaccount:kotori:deployer");
  }

  @Test
  @Order(3)
  void leavesNothingBehindWhenItIsInterrupted() {
    List<ProcessHandle> children = run.descendants();
    assertThat(children).isNotEmpty();

    run.interrupt();

    assertThat(run.exitCode()).isGreaterThan(128);
    Awaitility.await("the end of all children")
        .atMost(Duration.ofSeconds(10))
        .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(run.leftovers()).isEmpty();
  }

  private static Path kubeconfig() {
    Matcher found = KUBECONFIG.matcher(run.output());
    assertThat(found.find()).isTrue();
    return Path.of(found.group(1));
  }

  private static String script() {
    return Path.of(System.getProperty("whimbrel.root"), "examples/kotori/deploy.sh").toString();
  }

  /** What it prints; its arguments have no spaces in them. */
  private static String kubectl(Path kubeconfig, String arguments) throws IOException {
    Path log = Files.createTempFile(folder, "kubectl", ".log");
    List<String> command = new ArrayList<>(List.of("kubectl", "--kubeconfig=" + kubeconfig));
    command.addAll(List.of(arguments.split(" ")));
    HostCommand.require(folder, log, command);
    return Files.readString(log);
  }

  private static boolean isOnPath(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
  }
}
