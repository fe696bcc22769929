package dev.whimbrel.image;

import dev.whimbrel.controller.Main;
import dev.whimbrel.runner.Runner;
import dev.whimbrel.runner.alembic.BridgeFolder;
import dev.whimbrel.runner.build.BuildDocument;
import dev.whimbrel.runner.build.BuildRunner;
import java.util.Arrays;

/**
 * The image's entrypoint: {@code operator}, {@code runner}, or {@code bridge}, which prepares the
 * folder that the runner shares with a migration tool; in a build {@code build-runner} and {@code
 * build-document}, which carry out of it what a pod would leave behind. {@code lint} is the command
 * for people.
 */
public final class Whimbrel {

  private static final int USAGE = 64;

  private Whimbrel() {}

  /** Hands over to the program that the first argument names. */
  public static void main(String[] arguments) throws Exception {
    String program = arguments.length == 0 ? "" : arguments[0];
    String[] rest =
        arguments.length == 0 ? arguments : Arrays.copyOfRange(arguments, 1, arguments.length);
    switch (program) {
      case "operator" -> Main.main(rest);
      case "runner" -> Runner.main(rest);
      case "bridge" -> BridgeFolder.main(rest);
      case "build-runner" -> BuildRunner.main(rest);
      case "build-document" -> BuildDocument.main(rest);
      case "lint" -> dev.whimbrel.cli.Main.main(arguments);
      default -> {
        System.err.println(
            "whimbrel: the first argument is 'operator', 'runner', 'bridge' or 'lint', not '"
                + program
                + "'");
        System.exit(USAGE);
      }
    }
  }
}
