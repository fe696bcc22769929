package dev.whimbrel.analysis;

import dev.whimbrel.api.v1alpha1.WayBack;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How well a revision can be undone: the grade of its way back, from the statements of both
 * directions. What the revision itself discards does not come back with the schema; what its way
 * back drops takes along whatever was written since. What is not known to keep everything does not.
 */
public final class Reversibility {

  /** What runs code that the text does not show. */
  private static final Set<String> CODE = Set.of("DO", "CALL", "EXECUTE");

  private static final Set<String> CHANGES_ROWS =
      Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE");

  /** What can be altered without touching what a table, a role or the server holds. */
  private static final Set<String> ALTERED =
      Set.of(
          "TABLE",
          "INDEX",
          "TYPE",
          "DOMAIN",
          "VIEW",
          "SCHEMA",
          "SEQUENCE",
          "FUNCTION",
          "PROCEDURE",
          "TRIGGER",
          "POLICY",
          "CONSTRAINT");

  /** What holds nothing of its own: whoever makes it again has all of it. */
  private static final Set<String> DEFINITIONS =
      Set.of("INDEX", "VIEW", "FUNCTION", "PROCEDURE", "TRIGGER", "POLICY", "RULE");

  private Reversibility() {}

  /**
   * The grade of a way back, as in {@link WayBack}.
   *
   * @param revision what the revision does
   * @param back what undoes it; nothing, where its author wrote none
   * @param shown whether that is all that either of them does
   */
  public static String grade(List<Statement> revision, List<Statement> back, boolean shown) {
    if (back.isEmpty()) {
      // A merge of branches does nothing, so there is nothing to undo.
      return shown && revision.isEmpty() ? WayBack.REVERSIBLE : WayBack.NONE;
    }
    Loss worst =
        Stream.concat(
                revision.stream().map(Reversibility::forwards),
                back.stream().map(Reversibility::backwards))
            .reduce(shown ? Loss.NOTHING : Loss.UNKNOWN, Loss::or);
    return switch (worst) {
      case NOTHING -> WayBack.REVERSIBLE;
      case UNKNOWN -> WayBack.UNKNOWN;
      case SOMETHING -> WayBack.WITH_LOSS;
    };
  }

  private static Loss forwards(Statement s) {
    return switch (s.firstWord()) {
      case "DROP" -> loss(DEFINITIONS.contains(s.word(1)) && !s.contains("CASCADE"));
      case "REVOKE", "REINDEX", "VACUUM", "LOCK", "SET", "RESET" -> Loss.NOTHING;
      case "ALTER" ->
          loss(!s.contains("CASCADE") && keepsWhatItAlters(s, Reversibility::dropsValues));
      default -> either(s);
    };
  }

  /** The way back may run by itself, so it must drop nothing at all, and not unguard the rest. */
  private static Loss backwards(Statement s) {
    return switch (s.firstWord()) {
      case "SET", "RESET", "LOCK" -> Loss.UNKNOWN;
      case "ALTER" -> loss(keepsWhatItAlters(s, Reversibility::dropsObject));
      default -> either(s);
    };
  }

  private static Loss either(Statement s) {
    return switch (s.firstWord()) {
      case "COMMENT", "ANALYZE", "GRANT" -> Loss.NOTHING;
      case "CREATE" -> runsQuery(s) ? Loss.UNKNOWN : Loss.NOTHING;
      case "SELECT", "VALUES", "WITH" -> query(s);
      default -> CODE.contains(s.firstWord()) ? Loss.UNKNOWN : Loss.SOMETHING;
    };
  }

  /** CREATE TABLE AS, or a materialized view. */
  private static boolean runsQuery(Statement s) {
    return (s.contains("TABLE") || s.contains("MATERIALIZED"))
        && Stream.of("SELECT", "WITH", "EXECUTE", "VALUES", "TABLE")
            .anyMatch(begin -> s.contains("AS", begin));
  }

  private static Loss query(Statement s) {
    if (s.tokens().stream().anyMatch(token -> CHANGES_ROWS.contains(token.keyword()))) {
      return Loss.SOMETHING;
    }
    boolean calls =
        IntStream.range(1, s.tokens().size())
            .anyMatch(i -> s.tokens().get(i).isSymbol('(') && s.tokens().get(i - 1).isName());
    return calls ? Loss.UNKNOWN : Loss.NOTHING;
  }

  private static boolean keepsWhatItAlters(Statement s, Predicate<Statement> drops) {
    boolean known = ALTERED.contains(s.word(1));
    boolean restarts = s.contains("RESTART") || s.contains("EXPRESSION");
    return known && !restarts && !converts(s) && !drops.test(s);
  }

  /** A new type of a column or attribute: values are converted, and may not convert back. */
  private static boolean converts(Statement s) {
    return IntStream.range(3, s.tokens().size())
        .filter(i -> s.matches(i, "TYPE"))
        .anyMatch(
            i -> s.matches(i - 2, "SET", "DATA") || s.isAny(i - 2, "ALTER", "COLUMN", "ATTRIBUTE"));
  }

  /** DROP NOT NULL and DROP DEFAULT take back a rule; what the table holds is not touched. */
  private static boolean dropsObject(Statement s) {
    return IntStream.range(0, s.tokens().size())
        .filter(i -> s.matches(i, "DROP"))
        .anyMatch(i -> !s.matches(i + 1, "NOT", "NULL") && !s.matches(i + 1, "DEFAULT"));
  }

  private static boolean dropsValues(Statement s) {
    return IntStream.range(0, s.tokens().size())
        .filter(i -> s.matches(i, "DROP"))
        .anyMatch(i ->
            !s.matches(i + 1, "NOT", "NULL")
                && !s.matches(i + 1, "DEFAULT")
                && !s.matches(i + 1, "CONSTRAINT"));
  }

  private static Loss loss(boolean keepsEverything) {
    return keepsEverything ? Loss.NOTHING : Loss.SOMETHING;
  }

  /** What is gone for good, the worst last. */
  private enum Loss {
    NOTHING,
    /** Code decides that is not shown. */
    UNKNOWN,
    SOMETHING;

    Loss or(Loss other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }
}
