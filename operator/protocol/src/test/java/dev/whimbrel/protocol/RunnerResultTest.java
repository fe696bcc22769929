package dev.whimbrel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RunnerResultTest {

  @Test
  void survivesTheTerminationMessage() {
    RunnerResult result = failed("relation \"users\" does not exist");

    assertThat(RunnerResult.parse(result.toTerminationMessage())).isEqualTo(result);
  }

  @Test
  void fitsWhateverTheMessage() {
    RunnerResult result = failed("ä\"\n".repeat(2000));

    String message = result.toTerminationMessage();

    assertThat(message.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(1024);
    assertThat(RunnerResult.parse(message).message()).startsWith("ä").endsWith("…");
  }

  @Test
  void isNotReadFromSomethingElse() {
    assertThatIllegalArgumentException().isThrownBy(() -> RunnerResult.parse("OOMKilled"));
    assertThatIllegalArgumentException().isThrownBy(() -> RunnerResult.parse("{}"));
    assertThatIllegalArgumentException().isThrownBy(() -> RunnerResult.parse("null"));
  }

  private static RunnerResult failed(String message) {
    return new RunnerResult(
        1,
        "1-1",
        1,
        Step.MIGRATE,
        Outcome.FAILED,
        RunnerResult.Kind.PERMANENT,
        "SqlError",
        message,
        "42P01",
        null,
        "3",
        "sha256:" + "0".repeat(64),
        "Low",
        2,
        0,
        false,
        null,
        null,
        null,
        null);
  }
}
