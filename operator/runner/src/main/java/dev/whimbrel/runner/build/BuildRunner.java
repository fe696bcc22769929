package dev.whimbrel.runner.build;

import dev.whimbrel.protocol.BuildInput;
import dev.whimbrel.protocol.ExitCode;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.LogDocument;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.runner.Mounts;
import dev.whimbrel.runner.Runner;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The runner as a step of a build. It does what it does in a pod, and leaves its result and its
 * documents where Cloud Build, and the steps after it, find them. Its exit code is 0 whatever
 * happened: another would end the build before the documents are out.
 */
public final class BuildRunner {

  private BuildRunner() {}

  /** Runs the steps that the environment describes, and exits. */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> environment = System.getenv();
    SourcePack.unpack(environment, Mounts.of(environment));
    List<String> documents = new CopyOnWriteArrayList<>();
    Runner.runProcess(
        new Printed(documents),
        (exit, result) -> leave(environment, exit, result, documents),
        exit -> 0);
  }

  private static void leave(
      Map<String, String> environment, ExitCode exit, RunnerResult result, List<String> documents)
      throws IOException {
    RunnerResult.Document described = null;
    if (!documents.isEmpty()) {
      byte[] packed = BuildDocuments.pack(documents);
      Path file = documents(environment);
      Files.createDirectories(file.getParent());
      Files.write(file, packed);
      described = BuildDocuments.describe(packed);
    }
    Files.writeString(
        output(environment), Json.write(new BuildOutput(exit.code(), result, described)));
  }

  /** Where Cloud Build looks for a step's output. */
  static Path output(Map<String, String> environment) {
    return Path.of(environment.getOrDefault("BUILDER_OUTPUT", "/builder/outputs"), "output");
  }

  /** Where the steps of the build share the documents. */
  static Path documents(Map<String, String> environment) {
    return Mounts.of(environment)
        .root()
        .resolve(BuildInput.SHARED_DIRECTORY.substring(1))
        .resolve("documents");
  }

  /** Keeps documents out of the build's log: they are for the pod's. */
  private static final class Printed extends PrintStream {

    private final List<String> documents;

    Printed(List<String> documents) {
      super(System.out, false, StandardCharsets.UTF_8);
      this.documents = documents;
    }

    @Override
    public void println(String line) {
      if (LogDocument.isAnyLine(line)) {
        documents.add(line);
      } else {
        super.println(line);
      }
    }
  }
}
