package dev.whimbrel.quickstart.kotori;

import dev.whimbrel.testkit.files.FolderTree;
import dev.whimbrel.testkit.process.HostCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The team's Git repository, with a commit for each release.
 *
 * @param folder of the repository
 * @param first the commit of the first release
 * @param second the commit of the second
 */
record KotoriRepository(Path folder, String first, String second) {

  /** Makes it. */
  static KotoriRepository of(Kotori kotori) {
    try {
      Path folder = Files.createDirectories(kotori.folder().resolve("repository"));
      git(folder, "init", "--quiet");
      String first = commit(folder, kotori.first().backend(), "Give shares a state");
      String second = commit(folder, kotori.second().backend(), "One access per viewer");
      return new KotoriRepository(folder, first, second);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String commit(Path folder, Path backend, String message) throws IOException {
    FolderTree.copy(backend, folder.resolve("backend"));
    git(folder, "add", "--all");
    git(
        folder,
        "-c",
        "user.name=Kotori",
        "-c",
        "user.email=team@kotori.io",
        "-c",
        "commit.gpgsign=false",
        "commit",
        "--quiet",
        "--message",
        message);
    return git(folder, "rev-parse", "HEAD").strip();
  }

  private static String git(Path folder, String... arguments) throws IOException {
    Path log = Files.createTempFile("git", ".log");
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    HostCommand.require(folder, log, command);
    String output = Files.readString(log);
    Files.delete(log);
    return output;
  }
}
