package dev.whimbrel.cli;

import java.io.InputStream;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line for people. */
@Command(
    name = "whimbrel",
    synopsisSubcommandLabel = "COMMAND",
    description = "Carries database migrations; this command reviews them.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class Main {

  private Main() {}

  /** Runs a subcommand; the process ends with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine(Path.of(""), System.in).execute(arguments));
  }

  /** The command, started in a folder. */
  static CommandLine commandLine(Path directory, InputStream standardInput) {
    return new CommandLine(new Main())
        .addSubcommand(new LintCommand(directory, standardInput))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((e, command, parsed) -> {
          command
              .getErr()
              .println("whimbrel: this is a defect of whimbrel: " + e + "; please report it");
          e.printStackTrace(command.getErr());
          return LintCommand.UNREADABLE;
        });
  }
}
