package dev.whimbrel.testkit.realnode;

import dev.whimbrel.testkit.kubernetes.KubernetesBinaries;
import dev.whimbrel.testkit.kubernetes.KubernetesBinary;
import dev.whimbrel.testkit.process.HostCommand;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The programs a node consists of. What the machine has is used; what it lacks is taken from the
 * distribution's own packages, unpacked into the cache folder and never installed.
 *
 * @param programs program names and their files, the kubelet's included
 * @param networkPlugins the folder with the CNI plugins
 */
record NodePrograms(Map<String, Path> programs, Path networkPlugins) {

  private static final List<String> RUNTIME =
      List.of("containerd", "containerd-shim-runc-v2", "ctr", "runc");
  private static final List<String> PACKAGES =
      List.of("containerd", "runc", "containernetworking-plugins");
  private static final List<String> NETWORK_PLUGINS = List.of("bridge", "host-local", "loopback");
  private static final List<Path> PLUGIN_FOLDERS =
      List.of(Path.of("/opt/cni/bin"), Path.of("/usr/lib/cni"), Path.of("/usr/libexec/cni"));

  /** What a node's scripts call, beside a shell. */
  private static final List<String> SCRIPT_TOOLS =
      List.of("env", "flock", "ip", "mount", "setpriv", "unshare");

  /** Why no node can run here, in one line; empty when one can. */
  static Optional<String> missing() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.of("a real node needs Linux, this is " + System.getProperty("os.name"));
    }
    if (!"root".equals(System.getProperty("user.name"))) {
      return Optional.of("a real node needs root, this is " + System.getProperty("user.name"));
    }
    List<String> lacking = SCRIPT_TOOLS.stream().filter(tool -> onPath(tool).isEmpty()).toList();
    if (!lacking.isEmpty()) {
      return Optional.of("a real node needs the programs " + lacking + " on the PATH");
    }
    if (!installed() && !unpackedIn(folder()) && onPath("apt-get").isEmpty()) {
      return Optional.of(
          "a real node needs containerd, runc and CNI plugins on this machine, or apt-get to fetch"
              + " them");
    }
    if (!KubernetesBinaries.inUserCache()
        .obtainable(KubernetesBinary.KUBELET, KubernetesBinary.KUBE_SCHEDULER)) {
      return Optional.of("a real node needs Go on the PATH to build the kubelet");
    }
    return Optional.empty();
  }

  /**
   * Finds, fetches and builds whatever is needed.
   *
   * @throws IllegalStateException when the packages cannot be fetched; the message carries the end
   *     of the output
   */
  static NodePrograms obtain() {
    Path folder = folder();
    if (!installed() && !unpackedIn(folder)) {
      fetch(folder);
    }
    Map<String, Path> programs = new TreeMap<>();
    for (String name : RUNTIME) {
      programs.put(name, onPath(name).or(() -> unpacked(folder, name)).orElseThrow());
    }
    programs.put("kubelet", KubernetesBinaries.inUserCache().path(KubernetesBinary.KUBELET));
    return new NodePrograms(
        Map.copyOf(programs), plugins().or(() -> unpackedPlugins(folder)).orElseThrow());
  }

  Path program(String name) {
    return programs.get(name);
  }

  /** What was fetched and built for nodes, kept between runs. */
  static Path folder() {
    return KubernetesBinaries.userCache().resolve("node-packages");
  }

  private static boolean installed() {
    return RUNTIME.stream().allMatch(name -> onPath(name).isPresent()) && plugins().isPresent();
  }

  private static boolean unpackedIn(Path folder) {
    return RUNTIME.stream().allMatch(name -> unpacked(folder, name).isPresent())
        && unpackedPlugins(folder).isPresent();
  }

  private static void fetch(Path folder) {
    try {
      Files.createDirectories(folder);
      Path work = Files.createTempDirectory(folder.getParent(), "node-packages");
      List<String> download = new ArrayList<>(List.of("apt-get", "-q", "download"));
      download.addAll(PACKAGES);
      System.err.println("fetching " + PACKAGES + " (once) ...");
      Path log = work.resolve("fetch.log");
      if (HostCommand.run(work, log, download) != 0) {
        HostCommand.require(work, log, List.of("apt-get", "-q", "update"));
        HostCommand.require(work, log, download);
      }
      try (Stream<Path> files = Files.list(work)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".deb")).toList()) {
          HostCommand.require(work, log, List.of("dpkg", "-x", file.toString(), folder.toString()));
          Files.delete(file);
        }
      }
      Files.delete(log);
      Files.delete(work);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack the programs of a node into " + folder, e);
    }
  }

  private static Optional<Path> unpacked(Path folder, String program) {
    return Stream.of("usr/bin", "usr/sbin")
        .map(bin -> folder.resolve(bin).resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Optional<Path> plugins() {
    return PLUGIN_FOLDERS.stream().filter(NodePrograms::holdsPlugins).findFirst();
  }

  private static Optional<Path> unpackedPlugins(Path folder) {
    return Optional.of(folder.resolve("usr/lib/cni")).filter(NodePrograms::holdsPlugins);
  }

  private static boolean holdsPlugins(Path folder) {
    return NETWORK_PLUGINS.stream().allMatch(name -> Files.isExecutable(folder.resolve(name)));
  }

  /** Where a program of this machine is. */
  static Optional<Path> onPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(folder -> !folder.isBlank())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
