package dev.whimbrel.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;

/** Runs the command in a folder of its own. */
final class CommandHarness {

  private final Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private byte[] standardInput = {};

  CommandHarness(Path folder) {
    this.folder = folder;
  }

  CommandHarness file(String name, String text) {
    return file(name, text.getBytes(StandardCharsets.UTF_8));
  }

  CommandHarness file(String name, byte[] bytes) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
      return this;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  CommandHarness standardInput(String text) {
    standardInput = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  int run(String... arguments) {
    CommandLine command = Main.commandLine(folder, new ByteArrayInputStream(standardInput));
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }
}
