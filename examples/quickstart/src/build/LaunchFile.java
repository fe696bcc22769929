import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes down how a main class of this module is started, for {@code launch.sh}: {@code java}, the
 * program; {@code jars}, one a line; {@code arguments}, a file of arguments for it.
 *
 * <p>Usage: {@code LaunchFile <root of the repository> <own jar> <target folder>}, with the class
 * path of the quickstart. Jars only: the JVM's archive of loaded classes works on nothing else.
 */
final class LaunchFile {

  private LaunchFile() {}

  public static void main(String[] args) throws IOException {
    Path target = Path.of(args[2]);
    List<String> jars =
        Stream.concat(
                Stream.of(args[1]),
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> Files.isRegularFile(Path.of(entry))))
            .distinct()
            .toList();
    Files.createDirectories(target);
    Files.write(target.resolve("jars"), jars);
    Files.writeString(
        target.resolve("java"), Path.of(System.getProperty("java.home"), "bin", "java") + "\n");
    Files.write(
        target.resolve("arguments"),
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Xmx256m",
            // Netty, below the in-memory API server, still reads memory the old way.
            "--sun-misc-unsafe-memory-access=allow",
            quoted("-Dwhimbrel.root=" + args[0]),
            // Where PostgreSQL is unpacked, once; by default in a folder that nobody tidies up.
            quoted("-Dot.epg.working-dir=" + target.resolveSibling("postgresql")),
            "-cp",
            quoted(String.join(File.pathSeparator, jars))));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
