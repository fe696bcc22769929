package dev.whimbrel.analysis;

import dev.whimbrel.analysis.pgquery.PgQuery;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An INSERT of plain values without those values: two that differ in nothing else have one tree,
 * but for the values, which no rule reads. Dumps have thousands of such statements.
 */
final class RowShape {

  /** In characters. Far below the longest text that is parsed. */
  private static final int LONGEST = PgQuery.LONGEST / 8;

  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}(\\.\\d{1,18})?");
  private static final Set<String> WORDS = Set.of("NULL", "TRUE", "FALSE", "DEFAULT");

  private final Statement statement;
  private final List<Token> tokens;
  private final StringBuilder shape = new StringBuilder();

  private RowShape(Statement statement) {
    this.statement = statement;
    this.tokens = statement.tokens();
  }

  /** All of a statement but its values; empty where it is none, or one of them is not plain. */
  static Optional<String> of(Statement statement) {
    String text = statement.text();
    return statement.starts("INSERT") && text.length() <= LONGEST && text.indexOf('\0') < 0
        ? statement.find(1, "VALUES").flatMap(new RowShape(statement)::of)
        : Optional.empty();
  }

  private Optional<String> of(int values) {
    shape.append(statement.text(), 0, at(values));
    int i = values;
    do {
      i = row(i + 1);
    } while (i > 0 && isSymbol(i, ','));
    if (i < 0) {
      return Optional.empty();
    }
    shape.append('\0');
    if (i < tokens.size()) {
      shape.append(statement.text(), at(i), statement.text().length());
    }
    return Optional.of(shape.toString());
  }

  /** Reads a row in its parentheses; what follows it, or less than 0 where it is not plain. */
  private int row(int from) {
    if (!isSymbol(from, '(')) {
      return -1;
    }
    int i = from;
    shape.append('\0');
    do {
      boolean signed = isSymbol(i + 1, '-');
      i += signed ? 2 : 1;
      char kind = i < tokens.size() ? kind(i) : '?';
      if (kind == '?' || signed && kind != 'n') {
        return -1;
      }
      shape.append(kind);
      i++;
    } while (isSymbol(i, ','));
    return isSymbol(i, ')') ? i + 1 : -1;
  }

  /** What kind of value a token is; {@code ?} where it is none, or not a plain one. */
  private char kind(int i) {
    Token token = tokens.get(i);
    return switch (token.kind()) {
      // Not E'', B'' or $$ $$, in which the parser may refuse what stands in them.
      case STRING -> statement.text().charAt(at(i)) == '\'' ? 's' : '?';
      case NUMBER -> NUMBER.matcher(token.text()).matches() ? 'n' : '?';
      case WORD -> WORDS.contains(token.keyword()) ? token.keyword().charAt(0) : '?';
      default -> '?';
    };
  }

  private boolean isSymbol(int i, char symbol) {
    return i < tokens.size() && tokens.get(i).isSymbol(symbol);
  }

  /** Where a token begins in the statement. */
  private int at(int i) {
    return tokens.get(i).at() - tokens.getFirst().at();
  }
}
