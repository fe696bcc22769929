package dev.whimbrel.cli.source;

import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.cli.source.ReadScript.Role;
import dev.whimbrel.cli.source.ReadScript.Transaction;
import dev.whimbrel.cli.source.Source.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Revisions in Python, of which only Alembic knows what SQL they are. They are rendered where the
 * user names a command for it; the rest is shown and counted.
 */
final class AlembicFolders {

  private final WorkingDirectory files;
  private final Optional<AlembicCommand> command;
  private final Trees trees;

  AlembicFolders(WorkingDirectory files, Optional<AlembicCommand> command, Trees trees) {
    this.files = files;
    this.command = command;
    this.trees = trees;
  }

  List<Source> read(Set<Path> revisions) throws IOException {
    Map<Path, List<Path>> byFolder = new TreeMap<>();
    for (Path revision : revisions) {
      byFolder
          .computeIfAbsent(
              environment(revision).orElse(revision.getParent()), folder -> new ArrayList<>())
          .add(revision);
    }
    List<Source> sources = new ArrayList<>();
    for (Map.Entry<Path, List<Path>> folder : byFolder.entrySet()) {
      boolean rendered = command.isPresent() && isEnvironment(folder.getKey());
      if (rendered) {
        sources.addAll(rendered(folder.getKey(), folder.getValue()));
      } else {
        sources.add(
            unrendered(
                folder.getKey(),
                folder.getValue(),
                note(files.name(folder.getKey()), isEnvironment(folder.getKey()))));
      }
    }
    return sources;
  }

  private List<Source> rendered(Path folder, List<Path> revisions) throws IOException {
    String sql;
    try {
      sql = command.get().render(folder, files.name(folder));
    } catch (UnreadableInput e) {
      return List.of(unrendered(folder, revisions, e.getMessage()));
    }
    List<RevisionFile> left = new ArrayList<>();
    for (Path revision : revisions) {
      left.add(RevisionFile.read(revision));
    }
    List<ReadScript> scripts = new ArrayList<>();
    for (ReadScript script : AlembicOutput.read(files.name(folder), sql, trees).scripts()) {
      Optional<RevisionFile> file =
          left.stream().filter(revision -> revision.id().equals(script.name())).findFirst();
      file.ifPresent(revision ->
          scripts.add(script.renderedFrom(files.name(revision.path()), revision.line())));
      file.ifPresent(left::remove);
    }
    List<Source> sources = new ArrayList<>();
    if (!scripts.isEmpty()) {
      sources.add(new Source(Kind.ALEMBIC_SQL, files.name(folder), scripts));
    }
    if (!left.isEmpty()) {
      sources.add(
          unrendered(
              folder,
              left.stream().map(RevisionFile::path).toList(),
              "`" + command.get() + "` did not render these revisions"));
    }
    return sources;
  }

  private Source unrendered(Path folder, List<Path> revisions, String why) {
    return new Source(
        Kind.ALEMBIC,
        files.name(folder),
        revisions.stream().map(revision -> script(files.name(revision))).toList(),
        List.of(why));
  }

  /** The folder with the configuration, which is above the revisions. */
  private Optional<Path> environment(Path revision) {
    for (Path above = revision.getParent(); above != null; above = above.getParent()) {
      if (isEnvironment(above)) {
        return Optional.of(above);
      }
      if (above.equals(files.path())) {
        break;
      }
    }
    return Optional.empty();
  }

  private static boolean isEnvironment(Path folder) {
    return Files.isRegularFile(folder.resolve("alembic.ini"));
  }

  private static String note(String folder, boolean known) {
    String render = "alembic upgrade heads --sql | whimbrel lint -";
    return known
        ? "Alembic alone knows the SQL of these revisions; have it rendered (--render-with"
            + " alembic), or render it, and lint that: `"
            + (folder.equals(".") ? render : "(cd " + folder + " && " + render + ")")
            + "`"
        : "Alembic alone knows the SQL of these revisions; render it where their alembic.ini is,"
            + " and lint that: `"
            + render
            + "`";
  }

  private static ReadScript script(String file) {
    return new ReadScript(
        file,
        file,
        Role.MIGRATION,
        Optional.empty(),
        Transaction.NONE,
        List.of(),
        List.of(
            SqlText.finding(
                Rule.NOT_RENDERED,
                Risk.MEDIUM,
                "is a revision in Python that nobody has rendered: nothing of it was analysed",
                file,
                1)));
  }
}
