package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whimbrel.testkit.files.FolderTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The {@code docker} of the fake's builds, which knows {@code docker build} and no more. It really
 * reads the Dockerfile and really copies what {@code COPY} names out of the context; a base is one
 * that the test has prepared. It has no containers, so {@code RUN} is not run, and the log says so:
 * what a Dockerfile installs has to be in the base already.
 */
public final class DockerProgram {

  /** The folder with bases and images; set by the fake. */
  static final String HOME_VARIABLE = "FAKE_DOCKER_HOME";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final DockerImages images;
  private final Path context;
  private final Map<String, String> environment = new TreeMap<>();
  private Path root;
  private String directory = "/";

  private DockerProgram(DockerImages images, Path context) {
    this.images = images;
    this.context = context;
  }

  /** {@code build --tag T --file F [--label L]... CONTEXT}. */
  public static void main(String[] arguments) throws IOException {
    try {
      build(List.of(arguments));
    } catch (Refused e) {
      System.out.println("ERROR: failed to solve: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void build(List<String> arguments) throws IOException, Refused {
    if (arguments.isEmpty() || !arguments.getFirst().equals("build")) {
      throw new Refused("the fake's docker knows \"docker build\" only");
    }
    String tag = option(arguments, "--tag").orElseThrow(() -> new Refused("no --tag"));
    String file = option(arguments, "--file").orElse("Dockerfile");
    Path context = Path.of(arguments.getLast()).toAbsolutePath();
    Path dockerfile = context.resolve(file);
    if (!Files.exists(dockerfile)) {
      throw new Refused(
          "failed to read dockerfile: open %s: no such file or directory".formatted(file));
    }
    DockerImages images = new DockerImages(Path.of(System.getenv(HOME_VARIABLE)));
    new DockerProgram(images, context).carryOut(instructions(dockerfile), tag);
  }

  private static Optional<String> option(List<String> arguments, String name) {
    int at = arguments.indexOf(name);
    return at < 0 ? Optional.empty() : Optional.of(arguments.get(at + 1));
  }

  /** Without comments, continued lines as one. */
  private static List<String> instructions(Path dockerfile) throws IOException {
    String text = Files.readString(dockerfile).replaceAll("(?m)^\\s*#.*$", "");
    return text.replaceAll("\\\\\\s*\\R", " ")
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private void carryOut(List<String> instructions, String tag) throws IOException, Refused {
    root = images.begin(tag);
    int step = 0;
    for (String instruction : instructions) {
      System.out.printf("Step %d/%d : %s%n", ++step, instructions.size(), instruction);
      String[] words = instruction.split("\\s+", 2);
      carryOut(words[0].toUpperCase(java.util.Locale.ROOT), words.length < 2 ? "" : words[1]);
    }
    Files.writeString(images.config(tag), JSON.writeValueAsString(environment));
    System.out.println("Successfully tagged " + tag);
  }

  private void carryOut(String word, String rest) throws IOException, Refused {
    switch (word) {
      case "FROM" -> from(rest);
      case "WORKDIR" -> directory = inImage(rest);
      case "COPY" -> copy(rest);
      case "ENV" -> {
        String[] parts = rest.split("[=\\s]", 2);
        environment.put(parts[0], parts[1].replaceAll("^\"|\"$", ""));
      }
      case "RUN" -> System.out.println(" ---> not run: the fake has no containers");
      case "USER", "CMD", "ENTRYPOINT", "LABEL", "EXPOSE", "ARG" -> {}
      default -> throw new Refused("the fake's docker does not know " + word);
    }
  }

  private void from(String base) throws IOException, Refused {
    Path prepared = images.base(base);
    if (!Files.exists(prepared)) {
      throw new Refused(base + ": failed to resolve source metadata: not found");
    }
    FolderTree.copy(prepared, root);
  }

  private void copy(String rest) throws IOException, Refused {
    List<String> paths = new ArrayList<>(List.of(rest.split("\\s+")));
    if (rest.startsWith("[") || paths.removeIf(path -> path.startsWith("--from"))) {
      throw new Refused("the fake's docker does not know this form of COPY");
    }
    paths.removeIf(path -> path.startsWith("--"));
    String target = paths.removeLast();
    boolean folder = target.endsWith("/") || target.equals(".") || paths.size() > 1;
    Path place = root.resolve(inImage(target).substring(1));
    for (String path : paths) {
      Path source = context.resolve(path).normalize();
      if (!Files.exists(source) || !source.startsWith(context.normalize())) {
        throw new Refused("failed to compute cache key: \"/%s\": not found".formatted(path));
      }
      if (Files.isDirectory(source)) {
        FolderTree.copy(source, place);
      } else {
        Path copy = folder ? place.resolve(source.getFileName()) : place;
        Files.createDirectories(copy.getParent());
        Files.copy(source, copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private String inImage(String path) {
    return Path.of(directory).resolve(path).normalize().toString();
  }

  /** What docker would not do either, or the fake cannot. */
  private static final class Refused extends Exception {

    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }
}
