import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.StringWrapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;

/**
 * Checks or rewrites the layout of every Java file, in one JVM. Run by Maven in phase validate,
 * with the JDK that compiles the code: google-java-format needs the compiler of the language it
 * formats, and Maven itself may run on an older one.
 *
 * <p>Usage: {@code Format check|write <root> <folder>...}. Files whose content was found good
 * before are remembered in {@code target/format.good} and not parsed again.
 */
final class Format {

  private static final Set<String> SKIPPED_FOLDERS = Set.of("target", "node_modules", ".git");

  private final Formatter formatter =
      new Formatter(JavaFormatterOptions.builder().formatJavadoc(true).build());
  private final Path root;
  private final boolean write;
  private final Set<String> knownGood;
  private final Set<String> good = new ConcurrentSkipListSet<>();
  private final Set<String> wrong = new ConcurrentSkipListSet<>();
  private final Set<String> broken = new ConcurrentSkipListSet<>();

  private Format(Path root, boolean write, Set<String> knownGood) {
    this.root = root;
    this.write = write;
    this.knownGood = knownGood;
  }

  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[1]);
    Path memory = root.resolve("target/format.good");
    Set<String> knownGood =
        Files.exists(memory) ? new HashSet<>(Files.readAllLines(memory)) : Set.of();
    Format format = new Format(root, arguments[0].equals("write"), knownGood);
    List<Path> files = new ArrayList<>(List.of(root.resolve(".mvn/Format.java")));
    for (String folder : List.of(arguments).subList(2, arguments.length)) {
      files.addAll(javaFiles(root.resolve(folder)));
    }
    files.parallelStream().forEach(format::visit);
    Files.createDirectories(memory.getParent());
    Files.write(memory, format.good);
    System.exit(format.report(files.size()));
  }

  private static List<Path> javaFiles(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    try (Stream<Path> children = Files.list(folder)) {
      for (Path child : children.sorted().toList()) {
        if (Files.isDirectory(child)) {
          if (!SKIPPED_FOLDERS.contains(child.getFileName().toString())) {
            found.addAll(javaFiles(child));
          }
        } else if (child.getFileName().toString().endsWith(".java")) {
          found.add(child);
        }
      }
    }
    return found;
  }

  private void visit(Path file) {
    String name = root.relativize(file).toString();
    try {
      String source = Files.readString(file);
      if (knownGood.contains(memory(name, source))) {
        good.add(memory(name, source));
        return;
      }
      String formatted = format(source);
      if (formatted.equals(source)) {
        good.add(memory(name, source));
        return;
      }
      wrong.add(name);
      if (write && replace(file, source, formatted)) {
        good.add(memory(name, formatted));
      }
    } catch (NoSuchFileException e) {
      // Deleted between listing and reading.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read or write " + file, e);
    } catch (FormatterException e) {
      broken.add(name + ": " + e.getMessage().lines().findFirst().orElse("does not parse"));
    }
  }

  /** The same steps in the same order as google-java-format's own command line. */
  private String format(String source) throws FormatterException {
    String imports =
        RemoveUnusedImports.removeUnusedImports(
            ImportOrderer.reorderImports(source, JavaFormatterOptions.Style.GOOGLE));
    return StringWrapper.wrap(formatter.formatSource(imports), formatter);
  }

  /** Writes only over the text that was formatted, and at once: editors may be open. */
  private static boolean replace(Path file, String before, String after) throws IOException {
    Path fresh = file.resolveSibling("." + file.getFileName() + ".formatted");
    Files.writeString(fresh, after);
    if (!Files.readString(file).equals(before)) {
      Files.delete(fresh);
      return false;
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return true;
  }

  private static String memory(String name, String content) {
    return name + " " + content.length() + " " + Integer.toHexString(content.hashCode());
  }

  private int report(int files) {
    broken.forEach(name -> System.out.println("[ERROR] format: cannot parse " + name));
    if (write) {
      wrong.forEach(name -> System.out.println("format: rewrote " + name));
      System.out.printf("format: %d files, %d rewritten%n", files, wrong.size());
    } else if (!wrong.isEmpty()) {
      System.out.printf(
          "[ERROR] format: %d of %d files are not in google-java-format:%n", wrong.size(), files);
      wrong.forEach(name -> System.out.println("[ERROR]   " + name));
      System.out.println("[ERROR] format: to rewrite them: ./mvnw -N -Pformat validate");
    }
    return broken.isEmpty() && (write || wrong.isEmpty()) ? 0 : 1;
  }
}
