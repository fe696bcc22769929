package dev.whimbrel.analysis.pgquery;

/** PostgreSQL's parser refuses a text, or it is too much for it. */
public final class SqlRefused extends Exception {

  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  SqlRefused(String message, int line, int column) {
    super(message);
    this.line = line;
    this.column = column;
  }

  /** The same, of a text that stands so many lines further down in another. */
  public SqlRefused after(int lines) {
    return new SqlRefused(getMessage(), line + lines, column);
  }

  /** In the text, from 1. */
  public int line() {
    return line;
  }

  /** In its line, in characters, from 1. */
  public int column() {
    return column;
  }
}
