package dev.whimbrel.runner.google;

import dev.whimbrel.protocol.BuildInput;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.Mounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;

/**
 * How values get into the tool's environment: a file of shell on a volume in memory, which the
 * tool's container reads when it calls the tool. The runner removes it as soon as no call follows.
 *
 * @param path of the file
 */
public record SecretsFile(Path path) {

  /** Its name in the shim's words, which knows the root of all paths; for {@code .}. */
  public static final String IN_SHELL =
      "\"$root" + RunnerInput.SECRETS_DIRECTORY + "/environment\"";

  /** The file of this process. */
  public static SecretsFile of(Mounts mounts) {
    return new SecretsFile(
        mounts.root().resolve(RunnerInput.SECRETS_DIRECTORY.substring(1)).resolve("environment"));
  }

  /**
   * Whether the tool has secrets, and has them from us: in a build it has them from Cloud Build.
   */
  public static boolean isNeeded(Job job) {
    return job.secrets().ofTool() && !job.environment().containsKey(BuildInput.IN_BUILD_VARIABLE);
  }

  /** Writes what the tool needs, readable by the group that the pod's volumes belong to. */
  public void write(ManagedSecrets secrets) {
    StringBuilder shell = new StringBuilder();
    for (Map.Entry<String, String> variable : new TreeMap<>(secrets.tool()).entrySet()) {
      shell
          .append("export ")
          .append(variable.getKey())
          .append('=')
          .append(quoted(variable.getValue()))
          .append('\n');
    }
    try {
      Files.createDirectories(path.getParent());
      Files.deleteIfExists(path);
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
      Files.writeString(path, shell);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes it, whether or not it was written. */
  public void remove() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // The volume is gone with the pod.
    }
  }

  /** A word of shell that means exactly this text, line breaks and all. */
  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
