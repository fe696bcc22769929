package dev.whimbrel.analysis.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills placeholders as Flyway does: names without regard to case, everywhere in the text, comments
 * included. Built-ins whose value is known only when the script runs stay as they are written.
 */
public final class Placeholders {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");
  private static final Set<String> VOLATILE =
      Set.of("flyway:timestamp", "flyway:workingdirectory", "flyway:environment");
  private static final Set<String> SYMBOLIC = Set.of("flyway:user", "flyway:filename");

  private final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  /**
   * @param configured what the user gave; wins
   */
  public Placeholders(Map<String, String> configured, Map<String, String> builtIn) {
    values.putAll(builtIn);
    values.putAll(configured);
  }

  /** The text with its placeholders filled in, and those that have no value left as written. */
  public Filled fill(String text) {
    Matcher matcher = PLACEHOLDER.matcher(text);
    StringBuilder filled = new StringBuilder();
    List<Use> unresolved = new ArrayList<>();
    Lines lines = new Lines(text);
    int end = 0;
    while (matcher.find()) {
      String name = matcher.group(1);
      String value = isSymbolic(name) ? matcher.group() : values.get(name);
      if (value == null) {
        unresolved.add(new Use(name, lines.at(matcher.start())));
      }
      matcher.appendReplacement(
          filled, Matcher.quoteReplacement(value == null ? matcher.group() : value));
      end = matcher.end();
    }
    int open = text.indexOf("${", end);
    if (open >= 0) {
      unresolved.add(new Use("", lines.at(open)));
    }
    matcher.appendTail(filled);
    return new Filled(filled.toString(), unresolved);
  }

  /** The first built-in whose value differs from run to run. */
  public static Optional<Use> firstVolatile(String text) {
    return PLACEHOLDER
        .matcher(text)
        .results()
        .filter(match -> VOLATILE.contains(match.group(1).toLowerCase(Locale.ROOT)))
        .findFirst()
        .map(match -> new Use(match.group(1), new Lines(text).at(match.start())));
  }

  private static boolean isSymbolic(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return VOLATILE.contains(lower) || SYMBOLIC.contains(lower);
  }

  /**
   * A text with its placeholders filled in.
   *
   * @param unresolved those without a value, in order
   */
  public record Filled(String text, List<Use> unresolved) {

    public Filled {
      unresolved = List.copyOf(unresolved);
    }
  }

  /**
   * Where a text uses a placeholder.
   *
   * @param name empty where the placeholder has no end
   * @param line from 1
   */
  public record Use(String name, int line) {}

  /** Counts lines forwards, so that a text is read once however many places are asked for. */
  private static final class Lines {

    private final String text;
    private int position;
    private int line = 1;

    Lines(String text) {
      this.text = text;
    }

    int at(int wanted) {
      for (; position < wanted; position++) {
        if (text.charAt(position) == '\n') {
          line++;
        }
      }
      return line;
    }
  }
}
