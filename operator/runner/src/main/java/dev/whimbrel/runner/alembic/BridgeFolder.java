package dev.whimbrel.runner.alembic;

import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Mounts;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder that the runner's container and the tool's share: two FIFOs, the shim, and per call
 * what is to run and what it printed.
 *
 * @param path of the folder
 */
public record BridgeFolder(Path path) {

  private static final String SHIM = "shim.sh";

  /** The folder of this process. */
  static BridgeFolder of(Mounts mounts) {
    return new BridgeFolder(mounts.root().resolve(RunnerInput.BRIDGE_DIRECTORY.substring(1)));
  }

  /** The init container: makes the folder ready, and ends. */
  public static void main(String[] arguments) throws IOException {
    of(Mounts.of(System.getenv())).prepare();
  }

  /**
   * Makes FIFOs and shim. Safe to repeat: an init container may be run again.
   *
   * @throws IOException where the folder is not there or not writable
   */
  public void prepare() throws IOException {
    Files.createDirectories(path);
    if (!Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE)) {
      // The user's image runs as its own user, whom we do not know: it writes its output here too.
      // The kubelet mounts an emptyDir like that, and as its owner would not let us change it.
      permit(path, "rwxrwxrwx");
    }
    Files.deleteIfExists(closed());
    fifo(requests());
    fifo(answers());
    try (InputStream shim = BridgeFolder.class.getResourceAsStream(SHIM)) {
      Files.write(path.resolve(SHIM), shim.readAllBytes());
    }
    permit(path.resolve(SHIM), "rwxr-xr-x");
  }

  /**
   * Tells the shim that nobody will call, whether or not it has begun: without this the tool's
   * container would wait for ever for a runner that has ended. No harm where there is no bridge.
   */
  public static void leave(Mounts mounts) {
    BridgeFolder folder = of(mounts);
    if (!Files.exists(folder.requests())) {
      return;
    }
    try {
      Files.deleteIfExists(folder.closed());
      Files.createFile(folder.closed());
      // To open it for both never waits; where nobody has it open, the mark says it.
      try (RandomAccessFile requests = new RandomAccessFile(folder.requests().toFile(), "rw")) {
        requests.write("bye\n".getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      // The pod's deadline ends the container.
    }
  }

  private Path closed() {
    return path.resolve("closed");
  }

  /** Requests of the runner. */
  Path requests() {
    return path.resolve("requests");
  }

  /** Answers of the shim. */
  Path answers() {
    return path.resolve("answers");
  }

  /** A file of one call. */
  Path of(int call, String extension) {
    return path.resolve(call + "." + extension);
  }

  private static void permit(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static void fifo(Path fifo) throws IOException {
    if (!Files.exists(fifo)) {
      makeFifo(fifo);
    }
    permit(fifo, "rw-rw-rw-");
  }

  /** Java has no call for it, and the image has no program. */
  private static void makeFifo(Path fifo) throws IOException {
    Linker linker = Linker.nativeLinker();
    MethodHandle mkfifo =
        linker.downcallHandle(
            linker.defaultLookup().find("mkfifo").orElseThrow(),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    int result;
    try (Arena arena = Arena.ofConfined()) {
      result = (int) mkfifo.invokeExact(arena.allocateFrom(fifo.toString()), 0600);
    } catch (Throwable e) {
      throw new IOException("mkfifo cannot be called", e);
    }
    if (result != 0) {
      throw new IOException("cannot make the FIFO " + fifo);
    }
  }
}
