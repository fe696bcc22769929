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

/**
 * Makes the image's archive of loaded classes, and the class path that goes with it. Run by Maven
 * after the jar is built.
 *
 * <p>Usage: {@code ClassArchive <build folder> <main jar> <class path>}. A JVM takes an archive
 * only if every jar is the one it was made with, by size and time of change, in the same order. So
 * the rehearsal runs on copies that look as Jib will make them look.
 */
final class ClassArchive {

  private static final String MAIN = "dev.whimbrel.image.Rehearsal";

  /** Jib gives this time to every file. */
  private static final FileTime JIB_TIME = FileTime.fromMillis(1000);

  private ClassArchive() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path build = Path.of(arguments[0]);
    List<Path> jars = new ArrayList<>(List.of(Path.of(arguments[1])));
    Arrays.stream(arguments[2].split(File.pathSeparator))
        .map(Path::of)
        .filter(entry -> entry.toString().endsWith(".jar"))
        .forEach(jars::add);

    Path archive = build.resolve("archive/app/whimbrel.jsa");
    Path stamp = build.resolve("archive.made-of");
    String parts = parts(build.resolve("rootfs.made-of"), jars);
    if (Files.exists(archive) && Files.exists(stamp) && Files.readString(stamp).equals(parts)) {
      return;
    }
    Files.deleteIfExists(stamp);
    Files.createDirectories(archive.getParent());
    List<String> names = stage(jars, build.resolve("staged"));
    Files.writeString(archive.resolveSibling("class-path"), "/app/" + String.join(":/app/", names));
    rehearse(build, names, archive);
    Files.writeString(stamp, parts);
  }

  /** Copies the jars to where they are in the image, below another root; returns their paths. */
  private static List<String> stage(List<Path> jars, Path staged) throws IOException {
    List<String> names = new ArrayList<>();
    for (Path jar : jars) {
      String name = (names.isEmpty() ? "classpath/" : "libs/") + jar.getFileName();
      if (names.contains(name)) {
        throw new IllegalStateException("two jars are called " + jar.getFileName());
      }
      names.add(name);
      Path copy = staged.resolve("app").resolve(name);
      Files.createDirectories(copy.getParent());
      Files.copy(jar, copy, StandardCopyOption.REPLACE_EXISTING);
      Files.setLastModifiedTime(copy, JIB_TIME);
    }
    return names;
  }

  private static void rehearse(Path build, List<String> names, Path archive)
      throws IOException, InterruptedException {
    Path app = build.resolve("staged/app");
    Path log = build.resolve("rehearsal.log");
    int code =
        new ProcessBuilder(
                build.resolve("rootfs/opt/java/bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:ArchiveClassesAtExit=" + archive,
                // Most of it tells which generated classes cannot be kept.
                "-Xlog:disable",
                "-cp",
                app + "/" + String.join(":" + app + "/", names),
                MAIN)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    if (code != 0 || !Files.exists(archive)) {
      throw new IllegalStateException(
          "the rehearsal ended with exit code %d:%n%s".formatted(code, Files.readString(log)));
    }
  }

  private static String parts(Path runtime, List<Path> jars) throws IOException {
    StringBuilder parts = new StringBuilder(Files.readString(runtime));
    for (Path jar : jars) {
      parts.append(jar.getFileName()).append(' ').append(sha256(jar)).append('\n');
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
