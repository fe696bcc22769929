package dev.whimbrel.quickstart.stage;

import dev.whimbrel.runner.Runner;
import dev.whimbrel.runner.alembic.BridgeFolder;
import dev.whimbrel.testkit.node.SimulatedImage;
import java.nio.file.Path;
import java.util.List;
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
    List<String> bridge = command(BridgeFolder.class);
    return (command, args) ->
        args.equals(List.of("bridge")) ? bridge : runner.commandLine(command, args);
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
