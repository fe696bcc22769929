package dev.whimbrel.quickstart.kotori;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.quickstart.QuickstartRun;
import dev.whimbrel.testkit.kubernetes.ControlPlaneExtension;
import dev.whimbrel.testkit.python.NeedsPython;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The same stories where builds make the images and do the steps. */
@Tag("apiserver")
@NeedsPython
@ExtendWith(ControlPlaneExtension.class)
class KotoriBuildsIT {

  private static final Pattern MADE =
      Pattern.compile(
          "SUCCESS  made us-central1-docker.pkg.dev/kotori-io/kotori-images/kotori-api:migration-"
              + "([0-9a-f]{7})@sha256:[0-9a-f]{64}\n");

  @TempDir private Path folder;

  @Test
  void bothStoriesEndAsToldWithImagesMadeOfCommitsAndSecretsOfSecretManager() {
    try (QuickstartRun run =
        QuickstartRun.ofExample("kotori", folder, "--yes", "--backend", "cloudbuild")) {

      int code = run.exitCode();

      assertThat(run.output())
          .contains("database-url", "encryption-master-salt", "build.revision: ")
          .doesNotContain("not a secret")
          .containsSubsequence(Story.LINES)
          .containsSubsequence(
              "kotori-api-00001 serves 100 %",
              "the application of release 1 is deployed: kotori-api-00002 serves 100 %",
              "release 2 all the same: kotori-api-00003 serves 100 %",
              "The way back",
              "Restored",
              "Who serves, at the end",
              "kotori-api-00002 serves 100 %");
      Matcher made = MADE.matcher(run.output());
      assertThat(made.results().map(found -> found.group(1)).distinct())
          .as("an image of each commit: the way back finds the second one")
          .hasSize(2);
      assertThat(MADE.matcher(run.output()).results()).hasSize(2);
      assertThat(code).isZero();
      assertThat(run.leftovers()).isEmpty();
    }
  }
}
