package dev.whimbrel.testkit.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A folder that is expensive to fill and is filled once. Any number of threads and JVMs may ask at
 * once: one fills it, the others wait. A file among the others says that it is complete, written
 * last; a folder without it is left over from an interrupted run and is made again.
 *
 * @param folder where it is; its name has to change with whatever its content depends on
 * @param what it holds, for messages
 * @param usualTime how long filling it takes, in words
 * @param vital a file in it, by relative path, without which it is made again: say, a link to what
 *     the machine may lose
 */
public record CachedFolder(Path folder, String what, String usualTime, String vital) {

  /** File locks are held per JVM, so threads of this one need a lock of their own. */
  private static final ReentrantLock FILLING = new ReentrantLock();

  private static final String COMPLETE = ".complete";

  /** Fills the folder. */
  @FunctionalInterface
  public interface Content {

    /**
     * Writes the files.
     *
     * @param folder exists and is empty
     */
    void writeTo(Path folder) throws IOException;
  }

  /** Whether it is there already. */
  public boolean complete() {
    return Files.exists(folder.resolve(COMPLETE)) && Files.exists(folder.resolve(vital));
  }

  /**
   * The folder, filled now if need be.
   *
   * @param content is called when it has to be filled; what it throws is passed on, and the next
   *     one who asks tries again
   * @param progress receives one line before and one after
   */
  public Path obtain(Content content, Consumer<String> progress) {
    if (!complete()) {
      FILLING.lock();
      try {
        fill(content, progress);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "cannot put %s into the cache folder %s; set WHIMBREL_CACHE to a writable folder"
                .formatted(what, folder),
            e);
      } finally {
        FILLING.unlock();
      }
    }
    return folder;
  }

  private void fill(Content content, Consumer<String> progress) throws IOException {
    Files.createDirectories(folder.getParent());
    try (FileChannel channel =
            FileChannel.open(
                folder.resolveSibling(folder.getFileName() + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      if (complete() || !held.isValid()) {
        return;
      }
      progress.accept("making %s (once, %s) ...".formatted(what, usualTime));
      Instant started = Instant.now();
      FolderTree.delete(folder);
      Files.createDirectory(folder);
      content.writeTo(folder);
      Files.createFile(folder.resolve(COMPLETE));
      progress.accept(
          "made %s in %d s".formatted(what, Duration.between(started, Instant.now()).toSeconds()));
    }
  }
}
