package dev.whimbrel.testkit.realnode;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.whimbrel.testkit.files.CachedFolder;
import dev.whimbrel.testkit.files.TemporaryFolder;
import dev.whimbrel.testkit.kubernetes.KubernetesBinaries;
import dev.whimbrel.testkit.process.HostCommand;
import dev.whimbrel.testkit.python.PythonEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A user's image with Python and an application, built without Docker: what a Dockerfile with
 * {@code USER kotori}, {@code RUN pip install --user --requirement requirements.txt} and {@code
 * COPY} leaves, so that {@code /home/kotori/.local/bin} holds the programs of the packages.
 *
 * <p>Python, a shell and the core utilities come from the packages of this machine's distribution
 * (Debian or one of its children), the requirements from the package index that pip is set up for.
 * What does not change with the application is made once (half a minute) and kept in the user's
 * cache, by the hash of the requirements.
 *
 * @param reference its full name, with a tag
 * @param user the name of its user, whose number is 1000
 * @param requirements a file of pip's with versions and hashes, for every Python that a
 *     distribution may have
 * @param content files and folders of this machine, by their path in the image
 * @param workingDirectory where its containers start
 */
public record PythonImage(
    String reference,
    String user,
    Path requirements,
    Map<String, Path> content,
    String workingDirectory) {

  private static final int USER = 1000;
  private static final String SCRIPT = "python-image.sh";
  private static final String PIP = "pip.txt";

  /** Copies the map. */
  public PythonImage {
    content = Map.copyOf(content);
  }

  /** Why none can be built on this machine, in one line; empty when one can. */
  public static Optional<String> unavailable() {
    List<String> lacking =
        Stream.of("apt-get", "chroot", "dpkg", "tar")
            .filter(program -> NodePrograms.onPath(program).isEmpty())
            .toList();
    if (!lacking.isEmpty()) {
      return Optional.of("an image with Python needs the programs " + lacking + " on the PATH");
    }
    if (!"root".equals(System.getProperty("user.name"))) {
      return Optional.of("an image with Python needs root to be built");
    }
    return PythonEnvironment.unavailable();
  }

  /**
   * Writes the image as an archive for {@link RealNode#load}.
   *
   * @throws IllegalStateException when packages cannot be fetched or installed, with the end of the
   *     output
   */
  public void write(Path archive) {
    try {
      Path work = TemporaryFolder.create("image");
      try {
        Path application = work.resolve("application.tar");
        ImageLayer.write(application, content, USER);
        ImageArchive.write(
            archive, new ImageArchive.Image(reference, List.of(python(), application), settings()));
      } finally {
        TemporaryFolder.delete(work);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the image " + reference + " to " + archive, e);
    }
  }

  private Map<String, Object> settings() {
    String path = "/home/" + user + "/.local/bin:/usr/local/bin:/usr/bin:/bin";
    return Map.of(
        "User",
        user,
        "WorkingDir",
        workingDirectory,
        "Env",
        List.of("PATH=" + path, "LANG=C.UTF-8"),
        "Cmd",
        List.of("python3"));
  }

  /** The layer below the application. */
  private Path python() throws IOException {
    CachedFolder cached =
        new CachedFolder(
            KubernetesBinaries.userCache().resolve("python-image").resolve(hash()),
            "the layer with Python and " + requirements.getFileName(),
            "half a minute",
            "layer.tar");
    return cached.obtain(this::build, System.err::println).resolve("layer.tar");
  }

  private void build(Path folder) throws IOException {
    Path script = Files.write(folder.resolve(SCRIPT), resource(SCRIPT));
    Path pip = Files.write(folder.resolve(PIP), resource(PIP));
    HostCommand.require(
        folder,
        folder.resolve("build.log"),
        List.of(
            "sh",
            script.toString(),
            user,
            requirements.toAbsolutePath().toString(),
            pip.toString(),
            PythonEnvironment.obtain().python().toString()));
  }

  private String hash() throws IOException {
    List<byte[]> inputs =
        List.of(
            resource(SCRIPT),
            resource(PIP),
            Files.readAllBytes(requirements),
            user.getBytes(UTF_8));
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] input : inputs) {
        digest.update(MessageDigest.getInstance("SHA-256").digest(input));
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream stream = PythonImage.class.getResourceAsStream(name)) {
      return stream.readAllBytes();
    }
  }
}
