import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Gathers the files below the image's jars: a Java runtime with the modules we use and the few
 * files of the C library that it loads. Run by Maven with the JDK that compiles the code.
 *
 * <p>Usage: {@code RootFilesystem <target folder> <modules, comma separated> [<program or
 * library>...]}; programs go to {@code /bin}, libraries beside the C library. The runtime takes
 * seconds to link, so it is kept by JDK and modules in the cache folder of this project: {@code
 * $WHIMBREL_CACHE}, else {@code $XDG_CACHE_HOME/whimbrel}, else {@code ~/.cache/whimbrel}. A target
 * that was made of the same things is left alone, which lets Jib keep its layer too.
 */
final class RootFilesystem {

  private static final Path LOADER =
      Path.of(arm() ? "/lib/ld-linux-aarch64.so.1" : "/lib64/ld-linux-x86-64.so.2");

  /** What the launcher and libjvm name; found by taking one away at a time. */
  private static final List<String> LIBRARIES =
      List.of("libc.so.6", "libdl.so.2", "libpthread.so.0", "libm.so.6", "librt.so.1");

  /** Debian's folder first: a loader looks only into the folders of its own distribution. */
  private static final List<Path> LIBRARY_FOLDERS =
      List.of(
          Path.of(arm() ? "/lib/aarch64-linux-gnu" : "/lib/x86_64-linux-gnu"),
          Path.of("/lib64"),
          Path.of("/usr/lib64"),
          Path.of("/usr/lib"));

  /** Without a UTF-8 locale a file name beyond ASCII is an InvalidPathException. */
  private static final Path LOCALE = Path.of("/usr/lib/locale/C.utf8");

  private RootFilesystem() {}

  public static void main(String[] arguments) throws IOException {
    Path target = Path.of(arguments[0]);
    Path runtime = runtime(cache(System.getenv()).resolve("image"), arguments[1]);
    Path stamp = target.resolveSibling(target.getFileName() + ".made-of");
    List<Path> files = new ArrayList<>();
    LIBRARIES.forEach(library -> files.add(find(library)));
    for (String more : List.of(arguments).subList(2, arguments.length)) {
      files.add(more.contains(".so") ? find(more) : program(more));
    }
    String parts = parts(runtime, files);
    if (Files.exists(target)) {
      if (Files.exists(stamp) && Files.readString(stamp).equals(parts)) {
        return;
      }
      deleteTree(target);
    }
    fill(target, runtime, files);
    Files.writeString(stamp, parts);
  }

  private static void fill(Path target, Path runtime, List<Path> files) throws IOException {
    copyTree(runtime, target.resolve("opt/java"));
    copy(LOADER, target);
    for (Path file : files) {
      copy(file, target);
    }
    if (!Files.isDirectory(LOCALE)) {
      throw new IllegalStateException(
          "no " + LOCALE + " on this machine; install the C.UTF-8 locale of the C library");
    }
    copyTree(LOCALE, target.resolve(LOCALE.toString().substring(1)));
    // What containers of a pod or a build share: whoever mounts nothing there may write there too,
    // and a volume of Cloud Build takes over whom its folder in the image lets write.
    for (String shared : List.of("bridge", "build", "source")) {
      Files.createDirectories(target.resolve("whimbrel").resolve(shared));
    }
    Files.createDirectories(target.resolve("etc"));
    Files.writeString(
        target.resolve("etc/passwd"),
        "root:x:0:0:root:/tmp:/nologin\nwhimbrel:x:65532:65532:whimbrel:/tmp:/nologin\n");
    Files.writeString(target.resolve("etc/group"), "root:x:0:\nwhimbrel:x:65532:\n");
  }

  /** Names all that a target is made of; another text means another target. */
  private static String parts(Path runtime, List<Path> files) throws IOException {
    StringBuilder parts = new StringBuilder("format 2\n").append(runtime).append('\n');
    for (Path file : files) {
      parts.append(file).append(' ').append(Files.getLastModifiedTime(file)).append('\n');
    }
    return parts.toString();
  }

  private static Path cache(Map<String, String> environment) {
    String own = environment.getOrDefault("WHIMBREL_CACHE", "");
    if (!own.isBlank()) {
      return Path.of(own);
    }
    String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path caches =
        shared.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(shared);
    return caches.resolve("whimbrel");
  }

  private static boolean arm() {
    return System.getProperty("os.arch").equals("aarch64");
  }

  private static Path find(String library) {
    Optional<Path> found =
        LIBRARY_FOLDERS.stream()
            .map(folder -> folder.resolve(library))
            .filter(Files::exists)
            .findFirst();
    return found.orElseThrow(() ->
        new IllegalStateException(
            library + " is in none of " + LIBRARY_FOLDERS + "; the image needs glibc"));
  }

  /** On merged systems {@code /bin} is {@code /usr/bin}; in the image it is the only one. */
  private static Path program(String name) {
    Path file = Path.of("/bin", name);
    if (!Files.isExecutable(file)) {
      throw new IllegalStateException("no " + file + " on this machine");
    }
    return file;
  }

  private static Path runtime(Path cache, String modules) throws IOException {
    Path runtime =
        cache.resolve("runtime-" + Runtime.version() + "-" + sha256(modules).substring(0, 12));
    if (Files.isDirectory(runtime)) {
      return runtime;
    }
    Files.createDirectories(cache);
    Path work = Files.createTempDirectory(cache, "linking");
    Path linked = work.resolve("runtime");
    ToolProvider jlink = ToolProvider.findFirst("jlink").orElseThrow();
    int code =
        jlink.run(
            System.out,
            System.err,
            "--add-modules",
            modules,
            "--strip-debug",
            "--no-header-files",
            "--no-man-pages",
            "--generate-cds-archive",
            "--output",
            linked.toString());
    if (code != 0) {
      throw new IllegalStateException("jlink of " + modules + " ended with exit code " + code);
    }
    try {
      Files.move(linked, runtime, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      // Another build was faster and linked the same.
      deleteTree(linked);
    }
    deleteTree(work);
    return runtime;
  }

  /** Follows links, as the image's other files do; the link's own path is the copy's. */
  private static void copy(Path file, Path root) throws IOException {
    Path copy = root.resolve(file.toString().substring(1));
    Files.createDirectories(copy.getParent());
    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  private static void deleteTree(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
