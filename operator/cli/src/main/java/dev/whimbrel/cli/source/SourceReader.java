package dev.whimbrel.cli.source;

import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.cli.source.ReadScript.Role;
import dev.whimbrel.cli.source.ReadScript.Transaction;
import dev.whimbrel.cli.source.Source.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads what the user names: folders, files, and standard input. */
public final class SourceReader {

  private static final String STANDARD_INPUT = "-";

  /** How messages call standard input. */
  private static final String STDIN = "stdin";

  private final WorkingDirectory files;
  private final InputStream standardInput;
  private final Trees trees = new Trees(new PgQuery(1));
  private final FlywayFolder flyway;
  private final AlembicFolders alembic;

  /**
   * @param placeholders of Flyway's scripts, with their values
   * @param renderWith what renders Alembic's revisions; empty where nobody may run their code
   */
  public SourceReader(
      WorkingDirectory files,
      InputStream standardInput,
      Map<String, String> placeholders,
      Optional<AlembicCommand> renderWith) {
    this.files = files;
    this.standardInput = standardInput;
    this.flyway = new FlywayFolder(files, placeholders, trees);
    this.alembic = new AlembicFolders(files, renderWith, trees);
  }

  /**
   * Reads.
   *
   * @param arguments as the user wrote them; a file that is named twice is read once
   * @throws UnreadableInput where one is not there, or may not be read
   */
  public List<Source> read(Collection<String> arguments) throws UnreadableInput {
    Set<Path> sql = new TreeSet<>();
    Set<Path> revisions = new TreeSet<>();
    Set<Path> code = new TreeSet<>();
    List<Source> sources = new ArrayList<>();
    try {
      for (String argument : arguments) {
        if (argument.equals(STANDARD_INPUT)) {
          sources.add(standardInput());
          continue;
        }
        Tree tree = tree(argument);
        sql.addAll(tree.sql());
        revisions.addAll(tree.revisions());
        code.addAll(tree.code());
      }
      sources.addAll(scripts(sql, code));
      sources.addAll(alembic.read(revisions));
      return sources;
    } catch (AccessDeniedException e) {
      throw new UnreadableInput(e.getFile() + " may not be read: permission denied");
    } catch (IOException e) {
      throw new UnreadableInput("cannot read: " + e.getMessage());
    }
  }

  /** Nothing is not the same as nothing to say: what should have written may have failed. */
  private Source standardInput() throws IOException, UnreadableInput {
    byte[] bytes = standardInput.readNBytes(SqlText.LONGEST + 1);
    SqlText decoded = SqlText.decode(STDIN, bytes);
    if (decoded.text().isBlank() && decoded.findings().isEmpty()) {
      throw new UnreadableInput("standard input is empty: did the command before the pipe fail?");
    }
    return text(STDIN, decoded);
  }

  private Tree tree(String argument) throws IOException, UnreadableInput {
    Path path = files.resolve(argument);
    if (Files.isDirectory(path)) {
      return Tree.walk(path);
    }
    if (!Files.exists(path)) {
      throw new UnreadableInput("there is no file or folder " + argument);
    }
    Tree tree = Tree.of(path);
    if (tree.isEmpty()) {
      throw new UnreadableInput(
          argument
              + " is neither a folder, nor a file that ends with .sql, nor a revision of Alembic");
    }
    return tree;
  }

  private List<Source> scripts(Set<Path> sql, Set<Path> code) throws IOException {
    Map<Path, List<Path>> byFolder = new TreeMap<>();
    sql.forEach(
        file -> byFolder.computeIfAbsent(file.getParent(), folder -> new ArrayList<>()).add(file));
    Set<Path> flywayFolders = new TreeSet<>();
    byFolder.forEach((folder, scripts) -> {
      if (scripts.stream().anyMatch(FlywayFolder::owns)) {
        flywayFolders.add(folder);
      }
    });
    code.forEach(file -> flywayFolders.add(file.getParent()));
    Map<Path, List<Path>> locations = new TreeMap<>();
    List<Source> sources = new ArrayList<>();
    for (Map.Entry<Path, List<Path>> folder : byFolder.entrySet()) {
      Optional<Path> location = top(folder.getKey(), flywayFolders);
      if (location.isPresent()) {
        locations
            .computeIfAbsent(location.get(), any -> new ArrayList<>())
            .addAll(folder.getValue());
      } else {
        sources.addAll(plain(folder.getKey(), folder.getValue()));
      }
    }
    for (Map.Entry<Path, List<Path>> location : locations.entrySet()) {
      sources.add(flyway.read(location.getKey(), location.getValue()));
    }
    if (!code.isEmpty()) {
      sources.add(programs(code));
    }
    return sources;
  }

  /** A location of Flyway's includes the folders below it. */
  private static Optional<Path> top(Path folder, Set<Path> flywayFolders) {
    Optional<Path> top = Optional.empty();
    for (Path above = folder; above != null; above = above.getParent()) {
      if (flywayFolders.contains(above)) {
        top = Optional.of(above);
      }
    }
    return top;
  }

  private List<Source> plain(Path folder, List<Path> scripts) throws IOException {
    List<Source> sources = new ArrayList<>();
    List<ReadScript> read = new ArrayList<>();
    for (Path script : scripts) {
      Source source = text(files.name(script), files.read(script));
      if (source.kind() == Kind.SQL) {
        read.addAll(source.scripts());
      } else {
        sources.add(source);
      }
    }
    if (!read.isEmpty()) {
      sources.addFirst(new Source(Kind.SQL, files.name(folder), read));
    }
    return sources;
  }

  private Source text(String name, SqlText decoded) {
    if (AlembicOutput.is(decoded.text())) {
      return AlembicOutput.read(name, decoded.text(), trees);
    }
    List<Finding> found = new ArrayList<>(decoded.findings());
    List<Statement> statements = SqlText.statements(name, decoded.text(), found);
    return new Source(
        Kind.SQL,
        name,
        List.of(
            new ReadScript(
                name,
                name,
                Role.MIGRATION,
                Optional.empty(),
                Transaction.of(trees, statements),
                statements,
                found)));
  }

  private Source programs(Set<Path> code) {
    List<ReadScript> scripts = new ArrayList<>();
    for (Path program : code) {
      String file = files.name(program);
      scripts.add(
          new ReadScript(
              file,
              file,
              Role.MIGRATION,
              Optional.empty(),
              Transaction.NONE,
              List.of(),
              List.of(
                  SqlText.finding(
                      Rule.NOT_SQL,
                      Risk.MEDIUM,
                      "is a migration that is a program: what it does cannot be shown, and was not"
                          + " analysed; write it as SQL",
                      file,
                      1))));
    }
    return new Source(Kind.FLYWAY, "programs", scripts);
  }
}
