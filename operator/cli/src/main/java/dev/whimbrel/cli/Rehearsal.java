package dev.whimbrel.cli;

import dev.whimbrel.cli.report.Format;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import picocli.CommandLine;

/**
 * Loads the classes that the command uses, so that the build can put them into a class archive:
 * {@code java -XX:ArchiveClassesAtExit=... dev.whimbrel.cli.Rehearsal FOLDER}. What it misses is
 * loaded from the jars as ever, only slower.
 */
final class Rehearsal {

  private Rehearsal() {}

  /** Reviews a folder in every format. */
  public static void main(String[] arguments) {
    for (Format format : Format.values()) {
      run("lint", "--format", format.name(), "--placeholder", "a=b", arguments[0]);
    }
    run("lint", "--help");
    run("lint", "--no-such-option");
  }

  private static void run(String... arguments) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    CommandLine command = Main.commandLine(Path.of(""), InputStream.nullInputStream());
    command.setOut(nowhere).setErr(nowhere).execute(arguments);
  }
}
