package dev.whimbrel.cli.source;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Has Alembic render its revisions, which runs their code and that of env.py, with the environment
 * of this process.
 *
 * @param words the program and what comes before {@code upgrade}
 */
public record AlembicCommand(List<String> words) {

  private static final List<String> RENDER = List.of("upgrade", "heads", "--sql");
  private static final int SECONDS = 300;

  public AlembicCommand {
    words = List.copyOf(words);
  }

  /**
   * @param command as somebody types it, such as {@code poetry run alembic}; words end at blanks
   */
  public static AlembicCommand of(String command) {
    return new AlembicCommand(List.of(command.strip().split("\\s+")));
  }

  /**
   * What all revisions are as SQL.
   *
   * @param folder of alembic.ini
   * @param name of the folder in messages
   * @throws UnreadableInput where the command cannot be started, fails, prints nothing or too much,
   *     or does not end within five minutes
   */
  String render(Path folder, String name) throws IOException, UnreadableInput {
    Path output = Files.createTempFile("whimbrel-", ".sql");
    Path errors = Files.createTempFile("whimbrel-", ".log");
    try {
      int code = run(folder, name, output.toFile(), errors.toFile());
      if (code != 0) {
        throw failed(name, "ended with exit code %d: %s".formatted(code, lastLine(errors)));
      }
      SqlText text;
      try (InputStream in = Files.newInputStream(output)) {
        text = SqlText.decode(name, in.readNBytes(SqlText.LONGEST + 1));
      }
      if (!text.findings().isEmpty()) {
        throw failed(name, "printed what " + text.findings().getFirst().message());
      }
      if (!AlembicOutput.is(text.text())) {
        throw failed(name, "printed no revision");
      }
      return text.text();
    } finally {
      Files.delete(output);
      Files.delete(errors);
    }
  }

  private int run(Path folder, String name, File output, File errors)
      throws IOException, UnreadableInput {
    List<String> command = new ArrayList<>(words);
    command.addAll(RENDER);
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(output)
              .redirectError(errors)
              .start();
    } catch (IOException e) {
      throw failed(name, "cannot be started: " + e.getMessage());
    }
    process.getOutputStream().close();
    try {
      if (process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue();
      }
      throw failed(name, "has not ended after " + SECONDS + " seconds");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(name, "was interrupted");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private UnreadableInput failed(String folder, String how) {
    return new UnreadableInput("`" + this + "` in " + folder + " " + how);
  }

  private static String lastLine(Path errors) throws IOException {
    String text = new String(Files.readAllBytes(errors), StandardCharsets.UTF_8);
    return text.lines()
        .filter(line -> !line.isBlank())
        .reduce((before, last) -> last)
        .orElse("it said nothing");
  }

  /** As somebody types it. */
  @Override
  public String toString() {
    return String.join(" ", words) + " " + String.join(" ", RENDER);
  }
}
