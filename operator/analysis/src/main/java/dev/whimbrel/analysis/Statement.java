package dev.whimbrel.analysis;

import java.util.List;
import java.util.Optional;

/**
 * One SQL statement.
 *
 * @param tokens at least one
 * @param text as written, without the comments before it and the semicolon after it
 * @param comments before it, on lines of their own
 */
public record Statement(List<Token> tokens, String text, List<Comment> comments) {

  public Statement {
    tokens = List.copyOf(tokens);
    comments = List.copyOf(comments);
  }

  /** One without comments before it. */
  public Statement(List<Token> tokens, String text) {
    this(tokens, text, List.of());
  }

  /** Line of its first token, from 1. */
  public int line() {
    return tokens.get(0).line();
  }

  /** Whether it begins with these keywords. */
  public boolean starts(String... keywords) {
    return matches(0, keywords);
  }

  /** Whether these keywords stand at that place. */
  public boolean matches(int position, String... keywords) {
    if (position + keywords.length > tokens.size()) {
      return false;
    }
    for (int i = 0; i < keywords.length; i++) {
      if (!tokens.get(position + i).is(keywords[i])) {
        return false;
      }
    }
    return true;
  }

  /** The keyword at that place, upper case; empty where none is. */
  public String word(int position) {
    return position < tokens.size() ? tokens.get(position).keyword() : "";
  }

  /** Whether one of these keywords stands at that place. */
  public boolean isAny(int position, String... keywords) {
    return List.of(keywords).contains(word(position));
  }

  /** Whether the keyword stands anywhere in it. */
  public boolean contains(String... keywords) {
    return find(0, keywords).isPresent();
  }

  /** Where these keywords stand, at or after a place. */
  public Optional<Integer> find(int from, String... keywords) {
    for (int i = from; i < tokens.size(); i++) {
      if (matches(i, keywords)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  /** The possibly qualified name at that place; empty where there is none. */
  public Optional<QualifiedName> nameAt(int position) {
    if (position >= tokens.size() || !tokens.get(position).isName()) {
      return Optional.empty();
    }
    String first = tokens.get(position).name();
    boolean qualified =
        position + 2 < tokens.size()
            && tokens.get(position + 1).isSymbol('.')
            && tokens.get(position + 2).isName();
    return Optional.of(
        qualified
            ? new QualifiedName(first, tokens.get(position + 2).name())
            : new QualifiedName("", first));
  }

  /** Its first keyword, upper case; empty where it begins otherwise. */
  public String firstWord() {
    return word(0);
  }

  /**
   * A name with its schema, where one is written.
   *
   * @param schema empty where none is written
   */
  public record QualifiedName(String schema, String name) {

    /** Whether both may mean the same object. */
    public boolean mayBe(QualifiedName other) {
      return name.equals(other.name)
          && (schema.isEmpty() || other.schema.isEmpty() || schema.equals(other.schema));
    }

    @Override
    public String toString() {
      return schema.isEmpty() ? name : schema + "." + name;
    }
  }
}
