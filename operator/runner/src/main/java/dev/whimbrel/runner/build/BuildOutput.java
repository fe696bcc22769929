package dev.whimbrel.runner.build;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whimbrel.protocol.ExitCode;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.RunnerResult;
import java.nio.charset.StandardCharsets;

/**
 * What the runner in a build leaves as its step's output.
 *
 * @param exit its exit code; that of the step is always 0, or the build would end there
 * @param result as in a termination message
 * @param documents what {@link BuildDocuments} holds of it; absent for nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BuildOutput(int exit, RunnerResult result, RunnerResult.Document documents) {

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is none
   */
  static BuildOutput parse(byte[] bytes) {
    BuildOutput output = Json.read(new String(bytes, StandardCharsets.UTF_8), BuildOutput.class);
    if (output.result == null || ExitCode.of(output.exit).isEmpty()) {
      throw new IllegalArgumentException("no output of a runner");
    }
    return output;
  }

  /** The exit code. */
  public ExitCode exitCode() {
    return ExitCode.of(exit).orElseThrow();
  }
}
