package dev.whimbrel.quickstart.stage;

import dev.whimbrel.runner.Runner;
import dev.whimbrel.runner.alembic.BridgeFolder;
import dev.whimbrel.runner.build.BuildDocument;
import dev.whimbrel.runner.build.BuildRunner;
import dev.whimbrel.testkit.node.SimulatedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The programs of the runner's image as run.sh has built them, started as the image does. */
final class RunnerProgram {

  private RunnerProgram() {}

  /**
   * The image.
   *
   * @param folder keeps the JVM's archive of loaded classes, which the first Job writes
   */
  static SimulatedImage image(Path folder) {
    SimulatedImage runner =
        SimulatedImage.program(
            command(
                Runner.class,
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + folder.resolve("runner.jsa")));
    Map<String, List<String>> others =
        Map.of(
            "bridge", command(BridgeFolder.class),
            "build-runner", command(BuildRunner.class),
            "build-document", command(BuildDocument.class));
    return (command, args) -> {
      List<String> other = args.isEmpty() ? null : others.get(args.getFirst());
      return other == null
          ? runner.commandLine(command, args)
          : Stream.concat(other.stream(), args.stream().skip(1)).toList();
    };
  }

  private static List<String> command(Class<?> program, String... archive) {
    return Stream.of(
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"),
            Stream.of(archive),
            Stream.of("-cp", System.getProperty("java.class.path"), program.getName()))
        .flatMap(part -> part)
        .toList();
  }
}
