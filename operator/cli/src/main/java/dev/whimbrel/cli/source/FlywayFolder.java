package dev.whimbrel.cli.source;

import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.source.Placeholders;
import dev.whimbrel.analysis.source.ScriptConfiguration;
import dev.whimbrel.analysis.source.ScriptName;
import dev.whimbrel.analysis.source.ScriptVersion;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.cli.source.ReadScript.Role;
import dev.whimbrel.cli.source.Source.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a folder of Flyway's as Flyway would: names, order, placeholders, configuration files. */
final class FlywayFolder {

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final WorkingDirectory files;
  private final Placeholders placeholders;
  private final FlywayTransactions transactions;

  FlywayFolder(WorkingDirectory files, Map<String, String> placeholders, Trees trees) {
    this.files = files;
    this.transactions = new FlywayTransactions(trees);
    this.placeholders = new Placeholders(placeholders, Map.of());
  }

  /** Whether a file of this name makes its folder one of Flyway's. */
  static boolean owns(Path file) {
    return meaning(file).filter(name -> !(name instanceof ScriptName.Callback)).isPresent();
  }

  private static Optional<ScriptName> meaning(Path file) {
    return ScriptName.parse(file.getFileName().toString());
  }

  /**
   * Reads it.
   *
   * @param scripts all that end with .sql, below the folder too
   */
  Source read(Path folder, List<Path> scripts) throws IOException {
    List<Path> ordered =
        scripts.stream().sorted(Comparator.comparing(FlywayFolder::place)).toList();
    Map<Object, String> seen = new HashMap<>();
    List<ReadScript> read = new ArrayList<>();
    for (Path script : ordered) {
      read.add(read(script, seen));
    }
    return new Source(Kind.FLYWAY, files.name(folder), read);
  }

  private ReadScript read(Path path, Map<Object, String> seen) throws IOException {
    String file = files.name(path);
    Optional<ScriptName> meaning = meaning(path);
    List<Finding> found = new ArrayList<>();
    if (meaning.isEmpty()) {
      found.add(
          SqlText.finding(
              Rule.BAD_FILE_NAME,
              Risk.MEDIUM,
              "Flyway passes over a file of this name without a word: call it V1__description.sql,"
                  + " R__description.sql or after a callback, or move it away",
              file,
              1));
    }
    meaning.ifPresent(name -> duplicate(name, file, seen).ifPresent(found::add));
    ScriptConfiguration configuration = configuration(path, found);
    SqlText decoded = files.read(path);
    found.addAll(decoded.findings());
    String text =
        configuration.placeholderReplacement()
            ? filled(file, decoded.text(), found)
            : decoded.text();
    List<Statement> statements = SqlText.statements(file, text, found);
    transactions
        .finding(file, statements, configuration.executeInTransaction())
        .ifPresent(found::add);
    return new ReadScript(
        file,
        file,
        role(meaning),
        version(meaning),
        transactions.of(statements, configuration.executeInTransaction()),
        statements,
        found);
  }

  private static Role role(Optional<ScriptName> meaning) {
    return meaning
        .map(name ->
            switch (name) {
              case ScriptName.Callback callback -> Role.CALLBACK;
              case ScriptName.Undo undo -> Role.UNDO;
              case ScriptName.Versioned versioned -> Role.MIGRATION;
              case ScriptName.Repeatable repeatable -> Role.MIGRATION;
            })
        .orElse(Role.MIGRATION);
  }

  private static Optional<ScriptVersion> version(Optional<ScriptName> meaning) {
    return meaning.flatMap(name ->
        switch (name) {
          case ScriptName.Versioned versioned -> Optional.of(versioned.version());
          case ScriptName.Undo undo -> Optional.of(undo.version());
          case ScriptName.Callback callback -> Optional.empty();
          case ScriptName.Repeatable repeatable -> Optional.empty();
        });
  }

  private static Optional<Finding> duplicate(
      ScriptName name, String file, Map<Object, String> seen) {
    Object key =
        switch (name) {
          case ScriptName.Versioned versioned -> versioned.version();
          case ScriptName.Repeatable repeatable -> repeatable.description();
          case ScriptName.Undo undo -> undo;
          case ScriptName.Callback callback -> file;
        };
    return Optional.ofNullable(seen.putIfAbsent(key, file))
        .map(other ->
            SqlText.finding(
                Rule.DUPLICATE_VERSION,
                Risk.UNSAFE,
                "is the same revision as "
                    + other
                    + ", and Flyway refuses both: give one of them another version or description",
                file,
                1));
  }

  private ScriptConfiguration configuration(Path script, List<Finding> found) throws IOException {
    Path path = script.resolveSibling(script.getFileName() + ".conf");
    if (!Files.isRegularFile(path)) {
      return ScriptConfiguration.NONE;
    }
    SqlText decoded = files.read(path);
    found.addAll(decoded.findings());
    try {
      return ScriptConfiguration.parse(decoded.text());
    } catch (ScriptConfiguration.Refused e) {
      found.add(
          SqlText.finding(
              Rule.SCRIPT_CONFIGURATION,
              Risk.UNSAFE,
              "is refused: " + e.getMessage(),
              files.name(path),
              1));
      return ScriptConfiguration.NONE;
    }
  }

  /**
   * Where a placeholder has no value, its name stands for it, so that the statement can be read all
   * the same. What it really stands for is not known, which is what the finding says.
   */
  private String filled(String file, String text, List<Finding> found) {
    Placeholders.Filled filled = placeholders.fill(text);
    Set<String> named = new LinkedHashSet<>();
    for (Placeholders.Use use : filled.unresolved()) {
      if (named.add(use.name())) {
        found.add(unresolved(file, use));
      }
    }
    String readable = filled.text();
    for (String name : named) {
      if (NAME.matcher(name).matches()) {
        readable = readable.replace("${" + name + "}", name);
      }
    }
    return readable;
  }

  private static Finding unresolved(String file, Placeholders.Use use) {
    String what =
        use.name().isEmpty()
            ? "${ begins a placeholder that has no end"
            : "${" + use.name() + "} has no value, so nobody knows what it stands for";
    String fix =
        use.name().isEmpty() ? "close it" : "give it with --placeholder " + use.name() + "=VALUE";
    return SqlText.finding(
        Rule.UNRESOLVED_PLACEHOLDER,
        Risk.MEDIUM,
        what
            + ": "
            + fix
            + ", or switch replacement off with placeholderReplacement=false in the script's .conf",
        file,
        use.line());
  }

  /**
   * Callbacks first, as a plan shows them, then versions, repeatable scripts, and the ways back.
   */
  private static Place place(Path file) {
    String name = file.getFileName().toString();
    return meaning(file)
        .map(meaning ->
            switch (meaning) {
              case ScriptName.Callback callback -> new Place(0, Optional.empty(), name);
              case ScriptName.Versioned versioned ->
                  new Place(1, Optional.of(versioned.version()), name);
              case ScriptName.Repeatable repeatable ->
                  new Place(2, Optional.empty(), repeatable.description());
              case ScriptName.Undo undo -> new Place(4, Optional.of(undo.version()), name);
            })
        .orElse(new Place(3, Optional.empty(), name));
  }

  private record Place(int group, Optional<ScriptVersion> version, String name)
      implements Comparable<Place> {

    private static final Comparator<Place> ORDER =
        Comparator.comparingInt(Place::group)
            .thenComparing(
                place -> place.version().orElse(ScriptVersion.of("0")),
                Comparator.<ScriptVersion>naturalOrder())
            .thenComparing(Place::name);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }
}
