package dev.whimbrel.runner.alembic;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where the environment of a source is: its configuration file and the folder with env.py. Read
 * from the options in the command and from the configuration file as Alembic does.
 *
 * @param files per name its bytes: the configuration file and env.py, where they were found
 * @param folder with env.py; empty where it is not known
 */
record ScriptLocation(TreeMap<String, byte[]> files, String folder) {

  private static final String DEFAULT_FILE = "alembic.ini";
  private static final String DEFAULT_SECTION = "alembic";
  private static final String ENV = "env.py";

  /** How far above a revision's file env.py may be: folders of versions may be nested. */
  private static final int HIGHEST = 4;

  /**
   * Finds it.
   *
   * @param command as the spec has it
   * @param graph whose files are below the folder, as a rule
   */
  static ScriptLocation find(Bridge bridge, List<String> command, RevisionGraph graph) {
    TreeMap<String, byte[]> files = new TreeMap<>();
    String ini = option(command, "-c", "--config").orElse(DEFAULT_FILE);
    Optional<byte[]> content = bridge.read(ini);
    content.ifPresent(bytes -> files.put(ini.substring(ini.lastIndexOf('/') + 1), bytes));
    String section = option(command, "-n", "--name").orElse(DEFAULT_SECTION);
    List<String> folders = new ArrayList<>();
    content
        .flatMap(bytes -> location(new String(bytes, StandardCharsets.UTF_8), section))
        .map(text -> text.replace("%(here)s", folderOf(ini)))
        .ifPresent(folders::add);
    folders.addAll(aboveRevisions(graph));
    for (String folder : folders) {
      Optional<byte[]> env = bridge.read(folder + "/" + ENV);
      if (env.isPresent()) {
        files.put(ENV, env.get());
        return new ScriptLocation(files, folder);
      }
    }
    return new ScriptLocation(files, "");
  }

  /** The text of env.py; empty where it was not found. */
  String env() {
    byte[] bytes = files.get(ENV);
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  /** A revision's path below the folder, or its file's name where it is not there. */
  String relative(RevisionNode node) {
    String name = folder.substring(folder.lastIndexOf('/') + 1);
    String[] parts = node.path().split("/");
    for (int i = parts.length - 2; i >= 0 && !name.isEmpty(); i--) {
      if (parts[i].equals(name)) {
        return String.join("/", List.of(parts).subList(i + 1, parts.length));
      }
    }
    return node.file();
  }

  private static Optional<String> option(List<String> command, String brief, String full) {
    for (int i = 1; i < command.size(); i++) {
      String word = command.get(i);
      if ((word.equals(brief) || word.equals(full)) && i + 1 < command.size()) {
        return Optional.of(command.get(i + 1));
      }
      if (word.startsWith(full + "=")) {
        return Optional.of(word.substring(full.length() + 1));
      }
      if (word.startsWith(brief) && !word.startsWith("--") && word.length() > brief.length()) {
        return Optional.of(word.substring(brief.length()));
      }
    }
    return Optional.empty();
  }

  /** The value of script_location in a section of an INI file. */
  static Optional<String> location(String ini, String section) {
    boolean inside = false;
    for (String line : ini.lines().map(String::strip).toList()) {
      if (line.startsWith("[")) {
        inside = line.equals("[" + section + "]");
      } else if (inside && line.matches("script_location\\s*[=:].*")) {
        String value = line.substring(line.indexOf(line.contains("=") ? '=' : ':') + 1).strip();
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
      }
    }
    return Optional.empty();
  }

  private static String folderOf(String file) {
    int slash = file.lastIndexOf('/');
    return slash < 0 ? "." : file.substring(0, slash);
  }

  private static List<String> aboveRevisions(RevisionGraph graph) {
    List<String> folders = new ArrayList<>();
    graph.heads().stream()
        .findFirst()
        .ifPresent(head -> {
          String folder = folderOf(head.path());
          for (int i = 0; i < HIGHEST && folder.contains("/"); i++) {
            folder = folderOf(folder);
            folders.add(folder);
          }
        });
    return folders;
  }
}
