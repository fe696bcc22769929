package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a script into statements of tokens, by PostgreSQL's lexical rules (documentation, "Lexical
 * Structure"): quotes, E'' strings, dollar quotes, nested comments, and the data lines that follow
 * COPY … FROM STDIN. Comments vanish.
 */
public final class Tokenizer {

  /** Tokens of a statement before what its strings and numbers say is no longer kept. */
  private static final int KEPT = 2_000;

  private static final String[] SYMBOLS = new String[128];

  static {
    for (char c = 0; c < SYMBOLS.length; c++) {
      SYMBOLS[c] = String.valueOf(c);
    }
  }

  private final String sql;
  private int at;
  private int line = 1;
  private int parentheses;
  private int atomicDepth;
  private final List<Statement> statements = new ArrayList<>();
  private List<Token> tokens = new ArrayList<>();
  private List<Comment> comments = new ArrayList<>();
  private int begin;
  private int end;

  private Tokenizer(String sql) {
    this.sql = sql;
  }

  /**
   * The statements of a script, without empty ones.
   *
   * @throws UnreadableSql if a quote, dollar quote, comment or the data of a COPY has no end
   */
  public static List<Statement> statements(String sql) throws UnreadableSql {
    Tokenizer tokenizer = new Tokenizer(sql);
    tokenizer.run();
    return List.copyOf(tokenizer.statements);
  }

  private void run() throws UnreadableSql {
    while (at < sql.length()) {
      next();
    }
    finish();
  }

  private void next() throws UnreadableSql {
    char c = sql.charAt(at);
    if (Character.isWhitespace(c)) {
      advance(1);
    } else if (sql.startsWith("--", at)) {
      keepComment(at + 2, lineEnd(at), line);
      advance(lineEnd(at) - at);
    } else if (sql.startsWith("/*", at)) {
      comment();
    } else if (c == '\'') {
      string(at, false);
    } else if ((c == 'e' || c == 'E') && peek(1) == '\'') {
      string(at + 1, true);
    } else if (isPrefixedString(c)) {
      string(at + 1, false);
    } else if (c == '"') {
      quoted(at + 1, '"', Kind.QUOTED_NAME, false, "quoted identifier");
    } else if (c == '$' && dollarTag() != null) {
      dollarString(dollarTag());
    } else if (isWordStart(c)) {
      word();
    } else if (Character.isDigit(c) || (c == '.' && Character.isDigit(peek(1)))) {
      number();
    } else if (c == '\\') {
      int end = lineEnd(at);
      take(Kind.META_COMMAND, sql.substring(at, end).strip(), end);
    } else {
      symbol(c);
    }
  }

  private boolean isPrefixedString(char c) {
    return "bBxXnN".indexOf(c) >= 0 && peek(1) == '\'';
  }

  private void symbol(char c) throws UnreadableSql {
    switch (c) {
      case '(', '[' -> parentheses++;
      case ')', ']' -> parentheses = Math.max(0, parentheses - 1);
      default -> {}
    }
    if (c == ';' && parentheses == 0 && atomicDepth == 0) {
      advance(1);
      boolean copy = startsCopyFromStdin();
      finish();
      if (copy) {
        skipCopyData();
      }
    } else {
      take(Kind.SYMBOL, c < SYMBOLS.length ? SYMBOLS[c] : String.valueOf(c), at + 1);
    }
  }

  private void finish() {
    if (!tokens.isEmpty()) {
      statements.add(new Statement(tokens, sql.substring(begin, end), comments));
      tokens = new ArrayList<>();
    }
    comments = new ArrayList<>();
    parentheses = 0;
    atomicDepth = 0;
  }

  /** What stands before a statement may be about it; what stands behind something is about that. */
  private void keepComment(int from, int to, int begin) {
    int before = sql.lastIndexOf('\n', at - 1) + 1;
    if (tokens.isEmpty() && sql.substring(before, at).isBlank()) {
      comments.add(new Comment(sql.substring(from, to).strip(), begin));
    }
  }

  private boolean startsCopyFromStdin() {
    if (tokens.isEmpty() || !tokens.get(0).is("COPY")) {
      return false;
    }
    for (int i = 1; i + 1 < tokens.size(); i++) {
      if (tokens.get(i).is("FROM") && tokens.get(i + 1).is("STDIN")) {
        return true;
      }
    }
    return false;
  }

  /**
   * Data lines end with a line of backslash and dot. What is taken for data is judged by nobody, so
   * it must be certain that it is data.
   */
  private void skipCopyData() throws UnreadableSql {
    int begun = line;
    if (!sql.substring(at, lineEnd(at)).isBlank()) {
      throw new UnreadableSql(
          begun, "the data of COPY … FROM STDIN must begin in the line after its semicolon");
    }
    advance(Math.min(sql.length(), lineEnd(at) + 1) - at);
    while (at < sql.length()) {
      int end = lineEnd(at);
      boolean last = isEndOfData(end);
      advance(Math.min(sql.length(), end + 1) - at);
      if (last) {
        return;
      }
    }
    throw new UnreadableSql(begun, "the data of COPY … FROM STDIN do not end with a line \\.");
  }

  private boolean isEndOfData(int lineEnd) {
    int end = lineEnd > at && sql.charAt(lineEnd - 1) == '\r' ? lineEnd - 1 : lineEnd;
    return end == at + 2 && sql.startsWith("\\.", at);
  }

  private void comment() throws UnreadableSql {
    int begin = line;
    int depth = 0;
    do {
      if (at >= sql.length()) {
        throw new UnreadableSql(begin, "a comment that begins with /* has no end");
      } else if (sql.startsWith("/*", at)) {
        depth++;
        advance(2);
      } else if (sql.startsWith("*/", at)) {
        depth--;
        advance(2);
      } else {
        advance(1);
      }
    } while (depth > 0);
  }

  private void string(int quote, boolean escapes) throws UnreadableSql {
    quoted(quote + 1, '\'', Kind.STRING, escapes, "string");
  }

  private void quoted(int begin, char quote, Kind kind, boolean escapes, String what)
      throws UnreadableSql {
    StringBuilder text = new StringBuilder();
    int i = begin;
    while (true) {
      if (i >= sql.length()) {
        throw new UnreadableSql(line, "a " + what + " has no closing quote");
      }
      char c = sql.charAt(i);
      boolean more = i + 1 < sql.length();
      if (escapes && c == '\\' && more) {
        text.append(sql.charAt(i + 1));
        i += 2;
      } else if (c == quote && more && sql.charAt(i + 1) == quote) {
        text.append(quote);
        i += 2;
      } else if (c == quote) {
        take(kind, text.toString(), i + 1);
        return;
      } else {
        text.append(c);
        i++;
      }
    }
  }

  /** The opening {@code $tag$} here, or null where the dollar sign is none (as in {@code $1}). */
  private String dollarTag() {
    int i = at + 1;
    while (i < sql.length() && isTagPart(sql.charAt(i), i == at + 1)) {
      i++;
    }
    return i < sql.length() && sql.charAt(i) == '$' ? sql.substring(at, i + 1) : null;
  }

  private static boolean isTagPart(char c, boolean first) {
    return c == '_' || Character.isLetter(c) || (!first && Character.isDigit(c));
  }

  private void dollarString(String tag) throws UnreadableSql {
    int end = sql.indexOf(tag, at + tag.length());
    if (end < 0) {
      throw new UnreadableSql(line, "a string that begins with " + tag + " has no end");
    }
    take(Kind.STRING, sql.substring(at + tag.length(), end), end + tag.length());
  }

  private void word() {
    int end = at;
    while (end < sql.length() && (isWordStart(sql.charAt(end)) || isWordRest(sql.charAt(end)))) {
      end++;
    }
    take(Kind.WORD, sql.substring(at, end), end);
    trackAtomicBody();
  }

  /** SQL-standard function bodies (BEGIN ATOMIC … END) hold semicolons of their own. */
  private void trackAtomicBody() {
    Token last = tokens.get(tokens.size() - 1);
    if (last.is("ATOMIC") && tokens.size() > 1 && tokens.get(tokens.size() - 2).is("BEGIN")) {
      atomicDepth++;
    } else if (atomicDepth > 0 && last.is("CASE")) {
      atomicDepth++;
    } else if (atomicDepth > 0 && last.is("END")) {
      atomicDepth--;
    }
  }

  private void number() {
    int end = at;
    while (end < sql.length()
        && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '.')) {
      end++;
    }
    take(Kind.NUMBER, sql.substring(at, end), end);
  }

  private void take(Kind kind, String text, int until) {
    begin = tokens.isEmpty() ? at : begin;
    end = until;
    boolean data = kind == Kind.STRING || kind == Kind.NUMBER;
    tokens.add(new Token(kind, data && tokens.size() > KEPT ? "" : text, line, at));
    advance(until - at);
  }

  private void advance(int characters) {
    int end = at + characters;
    for (; at < end; at++) {
      if (sql.charAt(at) == '\n') {
        line++;
      }
    }
  }

  private int lineEnd(int from) {
    int end = sql.indexOf('\n', from);
    return end < 0 ? sql.length() : end;
  }

  private char peek(int ahead) {
    return at + ahead < sql.length() ? sql.charAt(at + ahead) : '\0';
  }

  private static boolean isWordStart(char c) {
    return c == '_' || Character.isLetter(c) || c > 127;
  }

  private static boolean isWordRest(char c) {
    return c == '$' || Character.isDigit(c);
  }
}
