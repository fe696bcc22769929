package dev.whimbrel.runner.flyway;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.Event;

/** What a file name of Flyway's convention says. */
public sealed interface ScriptName {

  /** {@code V<version>__<description>.sql}. */
  record Versioned(MigrationVersion version, String description) implements ScriptName {}

  /** {@code R__<description>.sql}. */
  record Repeatable(String description) implements ScriptName {}

  /** {@code <event>.sql} or {@code <event>__<description>.sql}. */
  record Callback(Event event, String description) implements ScriptName {}

  /** {@code U<version>__<description>.sql}: undoes a version; never executed by migrate. */
  record Undo(MigrationVersion version) implements ScriptName {}

  /** Suffix of what Flyway takes for SQL. */
  String SUFFIX = ".sql";

  /** Suffix of a script's configuration file, after the whole name of the script. */
  String CONFIGURATION_SUFFIX = ".sql.conf";

  /** The meaning of a file name that ends with {@value #SUFFIX}; empty where it has none. */
  static Optional<ScriptName> parse(String file) {
    return Parser.parse(file.substring(0, file.length() - SUFFIX.length()));
  }

  /** Reads names. */
  final class Parser {

    private static final Pattern VERSIONED =
        Pattern.compile("V([0-9]+(?:[._][0-9]+)*)__(.*)", Pattern.DOTALL);
    private static final Pattern UNDO =
        Pattern.compile("U([0-9]+(?:[._][0-9]+)*)__.*", Pattern.DOTALL);

    private Parser() {}

    private static Optional<ScriptName> parse(String name) {
      Matcher versioned = VERSIONED.matcher(name);
      if (versioned.matches()) {
        MigrationVersion version = MigrationVersion.fromVersion(versioned.group(1));
        return Optional.of(new Versioned(version, words(versioned.group(2))));
      }
      if (name.startsWith("R__")) {
        return Optional.of(new Repeatable(words(name.substring(3))));
      }
      Matcher undo = UNDO.matcher(name);
      if (undo.matches()) {
        return Optional.of(new Undo(MigrationVersion.fromVersion(undo.group(1))));
      }
      int separator = name.indexOf("__");
      String event = separator < 0 ? name : name.substring(0, separator);
      String description = separator < 0 ? "" : words(name.substring(separator + 2));
      return Optional.ofNullable(Event.fromId(event))
          .map(found -> new Callback(found, description));
    }

    private static String words(String description) {
      return description.replace('_', ' ');
    }
  }
}
