package dev.whimbrel.testkit.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.whimbrel.testkit.files.TemporaryFolder;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Programs built on first use from one pinned Go module and kept in a cache folder, which is named
 * after the version and a hash of the module and the build flags, so that a changed pin never meets
 * an old binary. Any number of threads and JVMs may ask at once: one builds, the others wait.
 */
public final class GoPrograms {

  /** File locks are held per JVM, so threads of this one need a lock of their own. */
  private static final ReentrantLock BUILDING = new ReentrantLock();

  /**
   * One program of the module.
   *
   * @param fileName of the executable
   * @param goPackage import path of its main package
   * @param usualBuildTime for people who wait, in words
   */
  public record Program(String fileName, String goPackage, String usualBuildTime) {}

  private final String resources;
  private final String version;
  private final List<String> flags;
  private final Path directory;
  private final Consumer<String> progress;

  /**
   * Nothing is built yet.
   *
   * @param resources folder among the resources that holds go.mod and go.sum
   * @param version of the programs, for messages and the folder's name
   * @param flags of {@code go build}
   * @param cache the folder's parent; created when it does not exist
   * @param progress receives one line before and one after each build
   */
  public GoPrograms(
      String resources, String version, List<String> flags, Path cache, Consumer<String> progress) {
    this.resources = resources;
    this.version = version;
    this.flags = List.copyOf(flags);
    this.directory = cache.resolve(version + "-" + hash());
    this.progress = progress;
  }

  /** Whether the program is built already. */
  public boolean cached(Program program) {
    return Files.isExecutable(file(program));
  }

  /** Whether there is a Go toolchain on the PATH. */
  public static boolean goOnPath() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(folder -> !folder.isBlank())
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "go")));
  }

  /**
   * The executable file of one program, built now if need be.
   *
   * @throws IllegalStateException when it has to be built and cannot be: the message carries the
   *     end of the compiler's output
   */
  public Path path(Program program) {
    if (!cached(program)) {
      build(List.of(program));
    }
    return file(program);
  }

  /** Builds whatever is missing of the programs, in the given order. */
  public void build(List<Program> programs) {
    BUILDING.lock();
    try {
      Files.createDirectories(directory);
      try (FileChannel channel =
              FileChannel.open(
                  directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        for (Program program : programs) {
          if (!cached(program)) {
            buildLocked(program, lock);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot use the binary cache " + directory + "; set WHIMBREL_CACHE to a writable folder",
          e);
    } finally {
      BUILDING.unlock();
    }
  }

  private void buildLocked(Program program, FileLock held) throws IOException {
    if (!held.isValid() || !goOnPath()) {
      throw new IllegalStateException(
          program.fileName()
              + " "
              + version
              + " is not in "
              + directory
              + " and there is no 'go' on the PATH to build it; install Go 1.25 or newer");
    }
    progress.accept(
        "building %s %s (once, %s) ..."
            .formatted(program.fileName(), version, program.usualBuildTime()));
    Instant started = Instant.now();
    Path module = TemporaryFolder.create("go-build");
    try {
      Files.write(module.resolve("go.mod"), resource("go.mod"));
      Files.write(module.resolve("go.sum"), resource("go.sum"));
      Path unfinished = directory.resolve(program.fileName() + ".unfinished");
      run(module, program, unfinished);
      Files.move(unfinished, file(program), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      TemporaryFolder.delete(module);
    }
    progress.accept(
        "built %s %s in %d s"
            .formatted(
                program.fileName(), version, Duration.between(started, Instant.now()).toSeconds()));
  }

  private void run(Path module, Program program, Path output) throws IOException {
    List<String> command = new ArrayList<>(List.of("go", "build"));
    command.addAll(flags);
    command.addAll(List.of("-o", output.toString(), program.goPackage()));
    Path log = module.resolve("build.log");
    ProcessBuilder builder = new ProcessBuilder(command).directory(module.toFile());
    builder
        .environment()
        .putAll(Map.of("CGO_ENABLED", "0", "GOFLAGS", "-mod=readonly", "GOWORK", "off"));
    // Where an interrupted build leaves its work, so that it goes with the folder.
    builder.environment().put("GOTMPDIR", module.toString());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    Process process = builder.start();
    try {
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            "go build of %s ended with exit code %d:%n%s"
                .formatted(program.fileName(), code, LogTail.of(log, 20)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while building " + program.fileName(), e);
    } finally {
      // Its compilers would go on, and write into a folder that is being deleted.
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Path file(Program program) {
    return directory.resolve(program.fileName());
  }

  private String hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(resource("go.mod"));
      digest.update(("\n" + String.join(" ", flags)).getBytes(UTF_8));
      return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private byte[] resource(String name) {
    try (InputStream stream = GoPrograms.class.getResourceAsStream("/" + resources + "/" + name)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
