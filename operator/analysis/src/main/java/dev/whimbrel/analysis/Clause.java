package dev.whimbrel.analysis;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Parts of a statement as they are written: the parse tree knows only where they begin. */
final class Clause {

  private static final Pattern NAME =
      Pattern.compile("(?is)^constraint\\s+(\"(?:[^\"]|\"\")*\"|[^\\s(]+)\\s+");

  private Clause() {}

  /**
   * What begins at a place, up to the comma or parenthesis that ends it.
   *
   * @param at in bytes of UTF-8
   */
  static String at(String statement, int at) {
    String rest = from(statement, at);
    int end = first(rest, (i, depth) -> depth == 0 && ",)".indexOf(rest.charAt(i)) >= 0);
    return (end < 0 ? rest : rest.substring(0, end)).strip();
  }

  /** What begins at a place, up to another that is not before it, if that comes first. */
  static String between(String statement, int at, int end) {
    String until = end > at ? from(statement, at, end).strip() : from(statement, at);
    String clause = at(statement, at);
    return end > at && until.length() < clause.length() ? until : clause;
  }

  /**
   * Where a word of the statement itself stands: not in quotes, not in parentheses.
   *
   * @param word in lower case
   * @return -1 where it does not
   */
  static int find(String statement, String word) {
    return first(statement, (i, depth) -> depth == 0 && isWord(statement, i, word));
  }

  /** Where the first parenthesis is closed; -1 where there is none, or it is not. */
  static int closing(String text) {
    return first(text, (i, depth) -> depth == 1 && text.charAt(i) == ')');
  }

  /** The first place outside of quotes that is wanted; -1 where there is none. */
  private static int first(String text, Wanted wanted) {
    int depth = 0;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (wanted.at(i, depth)) {
        return i;
      } else if (c == '(' || c == '[') {
        depth++;
      } else if (c == ')' || c == ']') {
        depth--;
      }
    }
    return -1;
  }

  /** Whether a place is wanted, that many parentheses deep. */
  private interface Wanted {
    boolean at(int index, int depth);
  }

  private static boolean isWord(String statement, int at, String word) {
    int end = at + word.length();
    return statement.regionMatches(true, at, word, 0, word.length())
        && (at == 0 || !isPartOfName(statement.charAt(at - 1)))
        && (end == statement.length() || !isPartOfName(statement.charAt(end)));
  }

  private static boolean isPartOfName(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  /**
   * A type as it is written, without what follows it.
   *
   * @param type a TypeName
   */
  static String type(String statement, Node type) {
    return at(statement, type.location())
        .replaceFirst("(?is)\\s+(using|collate|default|check|constraint|not|null)\\b.*$", "");
  }

  /** A constraint without its name. */
  static String unnamed(String constraint) {
    return NAME.matcher(constraint).replaceFirst("");
  }

  private static String from(String statement, int at) {
    return from(statement, at, Integer.MAX_VALUE);
  }

  private static String from(String statement, int at, int end) {
    byte[] bytes = statement.getBytes(StandardCharsets.UTF_8);
    int until = Math.min(end, bytes.length);
    return at < 0 || at >= until ? "" : new String(bytes, at, until - at, StandardCharsets.UTF_8);
  }
}
