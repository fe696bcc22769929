package dev.whimbrel.controller.apiserver;

import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.Mounts;
import dev.whimbrel.runner.Runner;
import dev.whimbrel.runner.alembic.BridgeFolder;
import dev.whimbrel.runner.build.BuildDocument;
import dev.whimbrel.runner.build.BuildRunner;
import dev.whimbrel.testkit.node.SimulatedImage;
import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The runner as this build has it, started as its image starts it: with the classes that a
 * migration loads in an archive, without which every Job costs a second of CPU more.
 */
final class RunnerProcess {

  private static final Map<String, Class<?>> PROGRAMS =
      Map.of(
          "bridge",
          BridgeFolder.class,
          "build-runner",
          BuildRunner.class,
          "build-document",
          BuildDocument.class);

  private final Path directory;

  /**
   * @param directory keeps the archive
   */
  RunnerProcess(Path directory) {
    this.directory = directory;
  }

  /** The command line. A missing archive only makes it slower. */
  List<String> command() {
    return command("-XX:SharedArchiveFile=" + archive());
  }

  /** The image that holds it: the first argument says which of its programs is meant. */
  SimulatedImage image() {
    SimulatedImage program = SimulatedImage.program(command());
    return (command, args) ->
        args.isEmpty() || !PROGRAMS.containsKey(args.getFirst())
            ? program.commandLine(command, args)
            : otherProgram(args);
  }

  private List<String> otherProgram(List<String> args) {
    List<String> line = new ArrayList<>(command().subList(0, command().size() - 1));
    line.add(PROGRAMS.get(args.getFirst()).getName());
    line.addAll(args.subList(1, args.size()));
    return List.copyOf(line);
  }

  private Path archive() {
    return directory.resolve("runner.jsa");
  }

  private static List<String> command(String archiveOption) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        archiveOption,
        "-cp",
        classPath(),
        Runner.class.getName());
  }

  /** Without the folders of this module: they hold nothing of the runner, and forbid an archive. */
  private static String classPath() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String jars =
        Arrays.stream(all.split(File.pathSeparator))
            .filter(entry -> entry.endsWith(".jar"))
            .collect(Collectors.joining(File.pathSeparator));
    return jars.contains("whimbrel-runner") ? jars : all;
  }

  /** Carries out one small migration in a database of its own, and archives what it has loaded. */
  void train(EmbeddedDatabase database) throws IOException, InterruptedException {
    database.execute("postgres", "CREATE DATABASE training");
    Path root = Files.createDirectories(directory.resolve("training"));
    Path source = Files.createDirectories(root.resolve("whimbrel/source/0"));
    Files.writeString(source.resolve("V1__one.sql"), "CREATE TABLE one (id bigint PRIMARY KEY);");
    RunnerInput input =
        new RunnerInput(
            RunnerInput.VERSION,
            new RunnerInput.Migration("training", "training", "training"),
            "1-1",
            1,
            List.of(Step.PLAN, Step.MIGRATE, Step.VERIFY),
            new RunnerInput.Database(
                null, "127.0.0.1", database.port(), "training", "disable", null),
            new RunnerInput.Flyway(
                List.of("training"),
                "flyway_schema_history",
                null,
                List.of(),
                List.of(),
                "latest",
                null,
                false,
                false,
                false,
                null),
            null,
            null,
            null,
            null,
            new RunnerInput.Guard(2000, 5, 60, 60),
            List.of(),
            null,
            null);
    ProcessBuilder builder =
        new ProcessBuilder(command("-XX:ArchiveClassesAtExit=" + archive()))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("training.log").toFile());
    builder.environment().put(RunnerInput.VARIABLE, Json.write(input));
    builder.environment().put(RunnerInput.USER_VARIABLE, database.superuser());
    builder.environment().put(RunnerInput.PASSWORD_VARIABLE, "");
    builder.environment().put(Mounts.ROOT_VARIABLE, root.toString());
    Process process = builder.start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
