package dev.whimbrel.analysis;

import static dev.whimbrel.analysis.Judgement.high;
import static dev.whimbrel.analysis.Judgement.low;
import static dev.whimbrel.analysis.Judgement.medium;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.Set;

/** What ALTER TABLE risks on a table that is in use: the worst of its actions. */
final class AlterTableRules {

  private static final Set<String> CONSTRAINT_WORDS =
      Set.of("CONSTRAINT", "CHECK", "UNIQUE", "PRIMARY", "FOREIGN", "EXCLUDE");

  private AlterTableRules() {}

  static Judgement judge(AlterTable alter) {
    return alter.actions().stream()
        .map(action -> action(action, alter.table()))
        .reduce(low(), Judgement::or);
  }

  private static Judgement action(Statement s, QualifiedName table) {
    return switch (s.firstWord()) {
      case "ADD" -> add(s, table);
      case "DROP" ->
          s.matches(1, "CONSTRAINT")
              ? medium("DropConstraint", "drops a constraint of " + table)
              : high("DropColumn", "drops a column of " + table + "; its values are lost");
      case "ALTER" ->
          medium(
              "AlterColumn",
              "alters a column of "
                  + table
                  + "; a new type may rewrite the table while nobody can read it");
      case "RENAME" ->
          medium("Rename", "renames in " + table + "; applications that use the old name fail");
      case "VALIDATE" -> medium("ValidateConstraint", "checks every row of " + table);
      default -> medium("AlterTable", "ALTER TABLE " + table + " " + s.firstWord() + ": read it");
    };
  }

  private static Judgement add(Statement s, QualifiedName table) {
    boolean column = s.matches(1, "COLUMN");
    if (!column && CONSTRAINT_WORDS.contains(s.word(1))) {
      return medium(
          "AddConstraint",
          "adds a constraint to "
              + table
              + ", which checks every row under a lock; NOT VALID and a later VALIDATE do not");
    }
    for (int i = 1; i < s.tokens().size(); i++) {
      if (s.matches(i, "NOT", "NULL")
          || s.isAny(i, "REFERENCES", "UNIQUE", "PRIMARY", "CHECK", "GENERATED", "CONSTRAINT")
          || s.word(i).contains("SERIAL")) {
        return medium("AddColumn", "adds a column with a constraint to " + table);
      }
      if (s.matches(i, "DEFAULT") && !isLiteral(s, i + 1, s.tokens().size())) {
        return medium(
            "AddColumnDefault",
            "adds a column to "
                + table
                + " whose default is not a constant; the table may be rewritten");
      }
    }
    return low();
  }

  /** A constant, possibly negative, possibly cast; anything longer may be an expression. */
  private static boolean isLiteral(Statement s, int from, int end) {
    int i = from < end && s.tokens().get(from).isSymbol('-') ? from + 1 : from;
    if (i >= end) {
      return false;
    }
    Token token = s.tokens().get(i);
    boolean constant =
        token.kind() == Token.Kind.STRING
            || token.kind() == Token.Kind.NUMBER
            || token.is("TRUE")
            || token.is("FALSE")
            || token.is("NULL");
    boolean last = i + 1 >= end || s.tokens().get(i + 1).kind() != Token.Kind.SYMBOL;
    return constant && (last || s.tokens().get(i + 1).isSymbol(':'));
  }
}
