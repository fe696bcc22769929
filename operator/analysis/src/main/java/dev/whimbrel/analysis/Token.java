package dev.whimbrel.analysis;

import java.util.Locale;

/**
 * A token of SQL.
 *
 * @param kind what it is
 * @param text as written; of strings and quoted identifiers only what is between the quotes. Of
 *     strings and numbers far into a long statement it is empty: rows of data are not kept
 * @param line in the script, from 1
 * @param at where it begins in the script, in characters of Java, from 0
 */
public record Token(Kind kind, String text, int line, int at) {

  /** What a token is. */
  public enum Kind {
    /** A keyword or an identifier without quotes. */
    WORD,
    /** An identifier in double quotes. */
    QUOTED_NAME,
    /** A string literal of any form: quotes, E'', dollar quotes. */
    STRING,
    NUMBER,
    /** One character of punctuation or of an operator. */
    SYMBOL,
    /** A backslash command of psql, with the rest of its line. */
    META_COMMAND
  }

  /** Whether this is the keyword, in any case. */
  public boolean is(String keyword) {
    return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
  }

  /** The keyword, upper case; empty where it is none. */
  public String keyword() {
    return kind == Kind.WORD ? text.toUpperCase(Locale.ROOT) : "";
  }

  /** Whether this is the symbol. */
  public boolean isSymbol(char symbol) {
    return kind == Kind.SYMBOL && text.charAt(0) == symbol;
  }

  /** Whether this can be a name. */
  public boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED_NAME;
  }

  /** The name as PostgreSQL stores it: folded to lower case unless quoted. */
  public String name() {
    return kind == Kind.WORD ? text.toLowerCase(Locale.ROOT) : text;
  }
}
