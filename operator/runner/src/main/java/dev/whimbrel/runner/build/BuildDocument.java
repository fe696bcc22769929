package dev.whimbrel.runner.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A step that carries one part of the documents out of a build. */
public final class BuildDocument {

  private BuildDocument() {}

  /** The part whose number is the argument, from 1; nothing where there is no such part. */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> environment = System.getenv();
    Path documents = BuildRunner.documents(environment);
    if (Files.exists(documents)) {
      byte[] part =
          BuildDocuments.part(Files.readAllBytes(documents), Integer.parseInt(arguments[0]));
      Files.write(BuildRunner.output(environment), part);
    }
  }
}
