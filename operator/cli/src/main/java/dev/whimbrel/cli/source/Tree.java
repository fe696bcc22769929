package dev.whimbrel.cli.source;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The files below a folder that say something of a schema. */
final class Tree extends SimpleFileVisitor<Path> {

  /** Copies of sources and other people's programs. Hidden folders are passed over too. */
  private static final Set<String> PASSED_OVER =
      Set.of("target", "build", "node_modules", "venv", "__pycache__");

  /** Migrations that Flyway runs although they are not SQL. */
  private static final Pattern CODE =
      Pattern.compile("[VUR][0-9._]*__.*\\.(?:java|kt|groovy|scala|class)");

  private final Path root;
  private final Set<Path> sql = new TreeSet<>();
  private final Set<Path> revisions = new TreeSet<>();
  private final Set<Path> code = new TreeSet<>();

  private Tree(Path root) {
    this.root = root;
  }

  static Tree walk(Path root) throws IOException {
    Tree tree = new Tree(root);
    Files.walkFileTree(root, tree);
    return tree;
  }

  /** What one file is. */
  static Tree of(Path file) throws IOException {
    Tree tree = new Tree(file);
    tree.add(file);
    return tree;
  }

  boolean isEmpty() {
    return sql.isEmpty() && revisions.isEmpty() && code.isEmpty();
  }

  /** Scripts, by name. */
  List<Path> sql() {
    return new ArrayList<>(sql);
  }

  /** Revisions of Alembic's, in Python. */
  List<Path> revisions() {
    return new ArrayList<>(revisions);
  }

  /** Migrations of Flyway's that are programs. */
  List<Path> code() {
    return new ArrayList<>(code);
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
    String name = String.valueOf(folder.getFileName());
    boolean passed = PASSED_OVER.contains(name) || (name.startsWith(".") && name.length() > 1);
    return passed && !folder.equals(root) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (Files.isRegularFile(file)) {
      add(file);
    }
    return FileVisitResult.CONTINUE;
  }

  private void add(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.endsWith(".sql")) {
      sql.add(file);
    } else if (name.endsWith(".py") && RevisionFile.is(file)) {
      revisions.add(file);
    } else if (CODE.matcher(name).matches()) {
      code.add(file);
    }
  }
}
