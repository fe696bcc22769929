package dev.whimbrel.cli;

import dev.whimbrel.cli.report.Format;
import dev.whimbrel.cli.report.RulePages;
import dev.whimbrel.cli.review.Review;
import dev.whimbrel.cli.review.Reviewer;
import dev.whimbrel.cli.source.AlembicCommand;
import dev.whimbrel.cli.source.PolicyFile;
import dev.whimbrel.cli.source.PolicyFile.NamedPolicy;
import dev.whimbrel.cli.source.SourceReader;
import dev.whimbrel.cli.source.UnreadableInput;
import dev.whimbrel.cli.source.WorkingDirectory;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reviews migrations. */
@Command(
    name = "lint",
    description = {
      "Reviews migrations: what each statement locks and for how long, what it loses, and what to"
          + " write instead. Needs no database.",
      "Reads folders of Flyway (V, R, U, callbacks, .conf), what 'alembic upgrade head --sql'"
          + " prints, and any other .sql files in the order of their names."
    },
    footer = {
      "",
      "Exit code 0: nothing from --fail-on up. 1: something, or something forbidden. 2: wrong"
          + " usage, or something could not be read or analysed, which is always shown and"
          + " counted.",
      "",
      "  whimbrel lint db/migration",
      "  alembic upgrade head --sql | whimbrel lint -",
      "  whimbrel lint --render-with alembic backend"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class LintCommand implements Callable<Integer> {

  /** Exit code where nothing is found. */
  static final int CLEAN = 0;

  /** Exit code where something is found. */
  static final int FOUND = 1;

  /** Exit code of wrong usage, as picocli's, and where not all could be read. */
  static final int UNREADABLE = 2;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PATH",
      arity = "1..*",
      description = "Folders and files; - is standard input.")
  private List<String> paths;

  @Option(
      names = {"-f", "--format"},
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}; text by default.")
  private Format format;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Writes the review there; what was found is still said in a line.")
  private Path output;

  @Option(
      names = "--fail-on",
      paramLabel = "RISK",
      defaultValue = "high",
      description =
          "${COMPLETION-CANDIDATES}: from which risk on the exit code is 1; high by default.")
  private FailOn failOn;

  @Option(
      names = "--placeholder",
      paramLabel = "NAME=VALUE",
      description = "Value of a placeholder in Flyway's scripts; repeatable.")
  private Map<String, String> placeholders = new LinkedHashMap<>();

  @Option(
      names = "--render-with",
      paramLabel = "COMMAND",
      description =
          "Has Alembic's revisions rendered: runs 'COMMAND upgrade heads --sql' beside each"
              + " alembic.ini, and with it the code of env.py and of all revisions.")
  private String renderWith;

  @Option(
      names = "--as-one-plan",
      description =
          "None of the scripts has run anywhere: a table that one creates is new to those after"
              + " it.")
  private boolean asOnePlan;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description =
          "Marks what the MigrationPolicies in a manifest forbid, wherever they hold; it fails the"
              + " review at any risk. Repeatable.")
  private List<String> policies = List.of();

  @Option(
      names = "--rule-pages",
      paramLabel = "URL",
      description = "Where docs/rules is published; reports link there. Without it they do not.")
  private String rulePages;

  private final Path directory;
  private final InputStream standardInput;

  /** The command, started in a folder. */
  LintCommand(Path directory, InputStream standardInput) {
    this.directory = directory;
    this.standardInput = standardInput;
  }

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    Review review;
    try {
      WorkingDirectory started = new WorkingDirectory(directory);
      review =
          new Reviewer(asOnePlan, policies(started))
              .review(
                  new SourceReader(
                          started,
                          standardInput,
                          placeholders,
                          Optional.ofNullable(renderWith).map(AlembicCommand::of))
                      .read(paths));
    } catch (UnreadableInput e) {
      err.println("whimbrel: " + e.getMessage());
      return UNREADABLE;
    }
    if (review.scripts().findAny().isEmpty()) {
      err.println(
          "whimbrel: there is nothing to review in "
              + String.join(", ", paths)
              + ": no .sql file, no migration of Flyway's, no revision of Alembic's");
      return UNREADABLE;
    }
    try {
      print(review);
    } catch (NoSuchFileException e) {
      err.println("whimbrel: cannot write " + output + ": its folder does not exist");
      return UNREADABLE;
    } catch (IOException e) {
      err.println("whimbrel: cannot write: " + e.getMessage());
      return UNREADABLE;
    }
    return exitCode(review);
  }

  private List<NamedPolicy> policies(WorkingDirectory started) throws UnreadableInput {
    PolicyFile reader = new PolicyFile(started);
    List<NamedPolicy> read = new ArrayList<>();
    for (String file : policies) {
      read.addAll(reader.read(file));
    }
    return read;
  }

  private void print(Review review) throws IOException {
    if (output == null) {
      PrintWriter out = spec.commandLine().getOut();
      format.report(pages(), showsColours()).print(review, out);
      out.flush();
      return;
    }
    try (Writer out = Files.newBufferedWriter(directory.resolve(output), StandardCharsets.UTF_8)) {
      format.report(pages(), false).print(review, out);
    }
    spec.commandLine().getErr().println("whimbrel: " + output + ": " + review.summary());
  }

  private RulePages pages() {
    return new RulePages(Optional.ofNullable(rulePages));
  }

  private int exitCode(Review review) {
    if (failOn.fails(review)) {
      return FOUND;
    }
    return failOn != FailOn.NEVER && review.gaps() > 0 ? UNREADABLE : CLEAN;
  }

  /** By no-color.org: any value that is not empty switches colours off. */
  private static boolean showsColours() {
    String noColour = System.getenv("NO_COLOR");
    Console console = System.console();
    return (noColour == null || noColour.isEmpty())
        && !"dumb".equals(System.getenv("TERM"))
        && console != null
        && console.isTerminal();
  }
}
