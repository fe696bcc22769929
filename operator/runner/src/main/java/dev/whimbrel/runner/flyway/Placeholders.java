package dev.whimbrel.runner.flyway;

import dev.whimbrel.runner.StepFailure;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills placeholders as Flyway does: names without regard to case, everywhere in the text, comments
 * included. Built-ins whose value is known only when the script runs stay as they are written.
 */
final class Placeholders {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");
  private static final Set<String> VOLATILE =
      Set.of("flyway:timestamp", "flyway:workingdirectory", "flyway:environment");
  private static final Set<String> SYMBOLIC = Set.of("flyway:user", "flyway:filename");

  private final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  Placeholders(Map<String, String> configured, Map<String, String> builtIn) {
    values.putAll(builtIn);
    values.putAll(configured);
  }

  /**
   * The text with its placeholders filled in.
   *
   * @throws StepFailure for a placeholder without a value
   */
  String fill(SourceFile file) {
    String text = file.text();
    Matcher matcher = PLACEHOLDER.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String name = matcher.group(1);
      String value = isSymbolic(name) ? matcher.group() : values.get(name);
      if (value == null) {
        throw unresolved(file, name, line(text, matcher.start()));
      }
      matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    matcher.appendTail(filled);
    int open = PLACEHOLDER.matcher(text).replaceAll("").indexOf("${");
    if (open >= 0) {
      throw unresolved(file, "", line(text, text.indexOf("${")));
    }
    return filled.toString();
  }

  /** Refuses built-ins that would give a repeatable script a new checksum every time. */
  static void refuseVolatile(SourceFile repeatable) {
    Matcher matcher = PLACEHOLDER.matcher(repeatable.text());
    while (matcher.find()) {
      if (VOLATILE.contains(matcher.group(1).toLowerCase(java.util.Locale.ROOT))) {
        throw StepFailure.permanent(
            "VolatilePlaceholder",
            repeatable.place()
                + " uses ${"
                + matcher.group(1)
                + "} in line "
                + line(repeatable.text(), matcher.start())
                + ": its value changes, so the script would run on every migrate; use a placeholder"
                + " of spec.source.flyway.placeholders");
      }
    }
  }

  private static boolean isSymbolic(String name) {
    String lower = name.toLowerCase(java.util.Locale.ROOT);
    return VOLATILE.contains(lower) || SYMBOLIC.contains(lower);
  }

  private static StepFailure unresolved(SourceFile file, String name, int line) {
    return StepFailure.permanent(
        "UnresolvedPlaceholder",
        file.place()
            + " uses ${"
            + name
            + "} in line "
            + line
            + ", which has no value: add it to spec.source.flyway.placeholders, or switch"
            + " replacement off with placeholderReplacement=false in "
            + file.name()
            + ".conf");
  }

  private static int line(String text, int position) {
    return 1 + (int) text.substring(0, position).chars().filter(c -> c == '\n').count();
  }
}
