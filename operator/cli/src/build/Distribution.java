import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Makes {@code target/whimbrel}, which can be run, and {@code target/lib}, which it needs: jars and
 * an archive of loaded classes. Run by Maven after the jar is built.
 *
 * <p>Usage: {@code Distribution <module> <build folder> <main jar> <class path>}. A JVM takes an
 * archive only if every jar is the one it was made with, by place in the class path, size and time
 * of change; so the time of change is fixed, and a copy that keeps it keeps the archive.
 */
final class Distribution {

  private static final FileTime TIME = FileTime.fromMillis(1_764_028_800_000L);

  /** What the objects of the API are made of; a review holds none. */
  private static final String NOT_NEEDED = "kubernetes-";

  private Distribution() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path module = Path.of(arguments[0]);
    Path build = Path.of(arguments[1]);
    List<Path> jars = new ArrayList<>(List.of(Path.of(arguments[2])));
    Arrays.stream(arguments[3].split(File.pathSeparator))
        .map(Path::of)
        .filter(entry -> entry.toString().endsWith(".jar"))
        .filter(entry -> !entry.getFileName().toString().startsWith(NOT_NEEDED))
        .forEach(jars::add);

    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path script = build.resolve("whimbrel");
    Path lib = build.resolve("lib");
    Path archive = lib.resolve("whimbrel.jsa");
    Path stamp = build.resolve("whimbrel.made-of");
    String parts = parts(module, java, jars);
    if (Files.exists(script)
        && Files.exists(archive)
        && Files.exists(stamp)
        && Files.readString(stamp).equals(parts)) {
      return;
    }
    Files.deleteIfExists(stamp);
    copy(jars, lib);
    List<String> names = jars.stream().map(jar -> jar.getFileName().toString()).toList();
    write(module.resolve("src/build/whimbrel.sh"), script, java, names);
    rehearse(module, build, java, lib, names);
    Files.writeString(stamp, parts);
  }

  private static void copy(List<Path> jars, Path lib) throws IOException {
    Files.createDirectories(lib);
    try (var old = Files.list(lib)) {
      for (Path file : old.toList()) {
        Files.delete(file);
      }
    }
    for (Path jar : jars) {
      Path copy = lib.resolve(jar.getFileName());
      if (Files.exists(copy)) {
        throw new IllegalStateException("two jars are called " + jar.getFileName());
      }
      Files.copy(jar, copy, StandardCopyOption.REPLACE_EXISTING);
      Files.setLastModifiedTime(copy, TIME);
    }
  }

  private static void write(Path template, Path script, Path java, List<String> names)
      throws IOException {
    String classPath = names.stream().map(name -> "$lib/" + name).collect(Collectors.joining(":"));
    Files.writeString(
        script,
        Files.readString(template)
            .replace("@java@", java.toString())
            .replace("@classpath@", classPath));
    if (!script.toFile().setExecutable(true, false)) {
      throw new IllegalStateException(script + " cannot be made executable");
    }
  }

  private static void rehearse(Path module, Path build, Path java, Path lib, List<String> names)
      throws IOException, InterruptedException {
    Path log = build.resolve("rehearsal.log");
    int code =
        new ProcessBuilder(
                java.toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:ArchiveClassesAtExit=" + lib.resolve("whimbrel.jsa"),
                // Most of it tells which generated classes cannot be kept.
                "-Xlog:disable",
                "-cp",
                names.stream()
                    .map(name -> lib.resolve(name).toString())
                    .collect(Collectors.joining(File.pathSeparator)),
                "dev.whimbrel.cli.Rehearsal",
                module.resolve("src/build/rehearsal").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    if (code != 0 || !Files.exists(lib.resolve("whimbrel.jsa"))) {
      throw new IllegalStateException(
          "the rehearsal ended with exit code %d:%n%s".formatted(code, Files.readString(log)));
    }
  }

  private static String parts(Path module, Path java, List<Path> jars) throws IOException {
    StringBuilder parts = new StringBuilder(java + " " + Runtime.version() + "\n");
    List<Path> files = new ArrayList<>(jars);
    try (var sources = Files.walk(module.resolve("src/build"))) {
      sources.filter(Files::isRegularFile).sorted().forEach(files::add);
    }
    for (Path file : files) {
      parts.append(file.getFileName()).append(' ').append(sha256(file)).append('\n');
    }
    return parts.toString();
  }

  private static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
