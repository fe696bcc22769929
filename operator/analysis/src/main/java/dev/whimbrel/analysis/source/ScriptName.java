package dev.whimbrel.analysis.source;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a file name of Flyway's convention says. */
public sealed interface ScriptName {

  /** {@code V<version>__<description>.sql}. */
  record Versioned(ScriptVersion version, String description) implements ScriptName {}

  /** {@code R__<description>.sql}. */
  record Repeatable(String description) implements ScriptName {}

  /**
   * {@code <event>.sql} or {@code <event>__<description>.sql}.
   *
   * @param event one of {@link #EVENTS}
   */
  record Callback(String event, String description) implements ScriptName {}

  /** {@code U<version>__<description>.sql}: undoes a version; never executed by migrate. */
  record Undo(ScriptVersion version) implements ScriptName {}

  /** Suffix of what Flyway takes for SQL. */
  String SUFFIX = ".sql";

  /** Suffix of a script's configuration file, after the whole name of the script. */
  String CONFIGURATION_SUFFIX = ".sql.conf";

  /** The events of Flyway 13 that a script can be called after. */
  Set<String> EVENTS =
      Set.of(
          "afterBaseline",
          "afterBaselineError",
          "afterBaselineOperationFinish",
          "afterClean",
          "afterCleanError",
          "afterCleanOperationFinish",
          "afterConnect",
          "afterEachMigrate",
          "afterEachMigrateError",
          "afterEachMigrateStatement",
          "afterEachMigrateStatementError",
          "afterEachUndo",
          "afterEachUndoError",
          "afterEachUndoStatement",
          "afterEachUndoStatementError",
          "afterInfo",
          "afterInfoError",
          "afterInfoOperationFinish",
          "afterMigrate",
          "afterMigrateApplied",
          "afterMigrateError",
          "afterMigrateOperationFinish",
          "afterRepair",
          "afterRepairError",
          "afterRepairOperationFinish",
          "afterReportGenerated",
          "afterUndo",
          "afterUndoError",
          "afterUndoOperationFinish",
          "afterValidate",
          "afterValidateError",
          "afterValidateOperationFinish",
          "afterVersioned",
          "beforeBaseline",
          "beforeClean",
          "beforeConnect",
          "beforeCreateSchema",
          "beforeEachMigrate",
          "beforeEachMigrateStatement",
          "beforeEachUndo",
          "beforeEachUndoStatement",
          "beforeInfo",
          "beforeMigrate",
          "beforeRepair",
          "beforeRepeatables",
          "beforeUndo",
          "beforeValidate",
          "createSchema");

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
        ScriptVersion version = ScriptVersion.of(versioned.group(1));
        return Optional.of(new Versioned(version, words(versioned.group(2))));
      }
      if (name.startsWith("R__")) {
        return Optional.of(new Repeatable(words(name.substring(3))));
      }
      Matcher undo = UNDO.matcher(name);
      if (undo.matches()) {
        return Optional.of(new Undo(ScriptVersion.of(undo.group(1))));
      }
      int separator = name.indexOf("__");
      String event = separator < 0 ? name : name.substring(0, separator);
      String description = separator < 0 ? "" : words(name.substring(separator + 2));
      return EVENTS.contains(event)
          ? Optional.of(new Callback(event, description))
          : Optional.empty();
    }

    private static String words(String description) {
      return description.replace('_', ' ');
    }
  }
}
