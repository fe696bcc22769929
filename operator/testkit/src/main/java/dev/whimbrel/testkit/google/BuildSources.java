package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whimbrel.testkit.process.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What builds are made from: Git repositories and archives of this machine, under other names. */
final class BuildSources {

  private final Map<String, Path> repositories = new ConcurrentHashMap<>();
  private final Map<String, Path> archives = new ConcurrentHashMap<>();

  void repository(String name, Path repository) {
    repositories.put(name, repository);
  }

  void archive(String object, Path archive) {
    archives.put(object, archive);
  }

  /**
   * Puts the source of a build into its working directory.
   *
   * @throws NotFetched where it is not there, with what Cloud Build would log
   */
  void fetch(JsonNode source, Path workspace) throws IOException, NotFetched {
    Files.createDirectories(workspace);
    if (source.has("storageSource")) {
      archive(source.get("storageSource"), workspace);
    } else if (source.has("gitSource")) {
      git(source.get("gitSource"), "url", workspace);
    } else if (source.has("connectedRepository")) {
      git(source.get("connectedRepository"), "repository", workspace);
    }
  }

  private void git(JsonNode source, String field, Path workspace) throws NotFetched {
    String name = source.path(field).asText();
    Path repository = repositories.get(name);
    if (repository == null) {
      throw new NotFetched("fatal: could not read from remote repository " + name);
    }
    String revision = source.path("revision").asText();
    // The commit comes as an argument: nothing of it is read by the shell.
    run(
        workspace,
        "git -C \"$1\" archive --format=tar \"$2\" | tar -x",
        repository.toString(),
        revision,
        "fatal: reference is not a tree: " + revision);
  }

  private void archive(JsonNode source, Path workspace) throws NotFetched {
    String object =
        "gs://%s/%s#%s"
            .formatted(
                source.path("bucket").asText(),
                source.path("object").asText(),
                source.path("generation").asText());
    Path archive = archives.get(object);
    if (archive == null) {
      throw new NotFetched("Error: storage: object doesn't exist: " + object);
    }
    run(workspace, "tar -xzf \"$1\"", archive.toString(), "", "could not unpack " + object);
  }

  private static void run(Path folder, String script, String first, String second, String failed)
      throws NotFetched {
    Path log = folder.resolveSibling("fetch.log");
    String strict = "set -e; " + script + "; [ -n \"$(ls -A)\" ]";
    if (HostCommand.run(folder, log, List.of("/bin/sh", "-c", strict, "sh", first, second)) != 0) {
      throw new NotFetched(failed);
    }
  }

  /** A source that is not there. */
  static final class NotFetched extends Exception {

    private static final long serialVersionUID = 1L;

    NotFetched(String message) {
      super(message);
    }
  }
}
