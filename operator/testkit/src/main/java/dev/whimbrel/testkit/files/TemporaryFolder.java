package dev.whimbrel.testkit.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Folders in the system's folder for temporary files that do not stay behind: this JVM deletes
 * them, and what a killed one could not delete is deleted by the next that creates one. A locked
 * file beside each folder says that its JVM lives; the kernel unlocks it however the JVM ends.
 */
public final class TemporaryFolder {

  private static final String PREFIX = "whimbrel-";
  private static final String LOCK = ".lock";
  private static final FileAttribute<?> OWN =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Map<Path, FileChannel> HELD = new ConcurrentHashMap<>();
  private static final AtomicBoolean SWEPT = new AtomicBoolean();

  private TemporaryFolder() {}

  /**
   * Creates a folder.
   *
   * @param purpose goes into its name
   */
  public static Path create(String purpose) throws IOException {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    if (SWEPT.compareAndSet(false, true)) {
      sweep(parent);
    }
    return create(parent, purpose);
  }

  static Path create(Path parent, String purpose) throws IOException {
    Path lockFile = Files.createTempFile(parent, PREFIX + purpose + "-", LOCK);
    FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
    channel.lock();
    Path folder = Files.createDirectory(folderOf(lockFile), OWN);
    HELD.put(folder, channel);
    return folder;
  }

  /** Deletes a folder that {@link #create(String)} has created, with all that is in it. */
  public static void delete(Path folder) throws IOException {
    FolderTree.delete(folder);
    FileChannel channel = HELD.remove(folder);
    if (channel != null) {
      Files.deleteIfExists(lockOf(folder));
      channel.close();
    }
  }

  /** Deletes the folders of JVMs that live no more. */
  static void sweep(Path parent) throws IOException {
    try (DirectoryStream<Path> lockFiles = Files.newDirectoryStream(parent, PREFIX + "*" + LOCK)) {
      for (Path lockFile : lockFiles) {
        sweepOne(lockFile);
      }
    }
  }

  private static void sweepOne(Path lockFile) {
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        FolderTree.delete(folderOf(lockFile));
        Files.deleteIfExists(lockFile);
      }
    } catch (OverlappingFileLockException e) {
      // Of this very JVM.
      return;
    } catch (IOException e) {
      // Somebody else's, or in use by a process that is just ending: left to the next one.
      return;
    }
  }

  private static Path folderOf(Path lockFile) {
    String name = lockFile.getFileName().toString();
    return lockFile.resolveSibling(name.substring(0, name.length() - LOCK.length()));
  }

  private static Path lockOf(Path folder) {
    return folder.resolveSibling(folder.getFileName() + LOCK);
  }
}
