package dev.whimbrel.cli.source;

import dev.whimbrel.analysis.Rule;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.cli.source.ReadScript.Role;
import dev.whimbrel.cli.source.ReadScript.Transaction;
import dev.whimbrel.cli.source.Source.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Revisions in Python, of which only Alembic knows what SQL they are. They are shown and counted.
 */
final class AlembicFolders {

  private AlembicFolders() {}

  static List<Source> read(WorkingDirectory files, Set<Path> environments, Set<Path> revisions) {
    Map<Path, List<Path>> byFolder = new TreeMap<>();
    for (Path revision : revisions) {
      byFolder
          .computeIfAbsent(
              environment(revision, environments).orElse(revision.getParent()),
              folder -> new ArrayList<>())
          .add(revision);
    }
    List<Source> sources = new ArrayList<>();
    byFolder.forEach((folder, found) -> {
      boolean known = environments.contains(folder);
      sources.add(
          new Source(
              Kind.ALEMBIC,
              files.name(folder),
              found.stream().map(revision -> script(files.name(revision))).toList(),
              List.of(note(files.name(folder), known))));
    });
    return sources;
  }

  private static Optional<Path> environment(Path revision, Set<Path> environments) {
    for (Path above = revision.getParent(); above != null; above = above.getParent()) {
      if (environments.contains(above)) {
        return Optional.of(above);
      }
    }
    return Optional.empty();
  }

  private static String note(String folder, boolean known) {
    String render = "alembic upgrade head --sql | whimbrel lint -";
    return known
        ? "Alembic alone knows the SQL of these revisions; render it, and lint that: `"
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
