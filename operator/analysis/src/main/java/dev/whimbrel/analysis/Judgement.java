package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a rule says of one statement.
 *
 * @param risk that of the rule, or what is known of the database makes of it
 * @param message what it is and what to do about it
 * @param table on which it works; empty where on none
 * @param names what the statement calls what the rule's SQL speaks of
 * @param rewritable whether the rule's SQL does all that the statement does
 * @param standsFor the rule that has found what is not shown, because this says it
 */
record Judgement(
    Rule rule,
    Risk risk,
    String message,
    Optional<QualifiedName> table,
    Map<String, String> names,
    boolean rewritable,
    Optional<Rule> standsFor) {

  Judgement {
    names = Map.copyOf(names);
  }

  static Judgement of(Rule rule, String message) {
    return new Judgement(
        rule, rule.page().risk(), message, Optional.empty(), Map.of(), true, Optional.empty());
  }

  /** The same, on a table. */
  Judgement on(QualifiedName used) {
    return new Judgement(rule, risk, message, Optional.of(used), names, rewritable, standsFor)
        .calling("table", Identifiers.quoted(used))
        .calling("table_name", Identifiers.quoted(used.name()));
  }

  /** The same, with something that its SQL speaks of. */
  Judgement calling(String what, String name) {
    Map<String, String> more = new HashMap<>(names);
    more.put(what, name);
    return new Judgement(rule, risk, message, table, more, rewritable, standsFor);
  }

  Judgement at(Risk other) {
    return new Judgement(rule, other, message, table, names, rewritable, standsFor);
  }

  Judgement saying(String other) {
    return new Judgement(rule, risk, other, table, names, rewritable, standsFor);
  }

  /** The same, in place of what this rule has found. */
  Judgement standingFor(Rule hidden) {
    return new Judgement(rule, risk, message, table, names, rewritable, Optional.of(hidden));
  }

  /** The same, of a statement that says what the rule's SQL would leave out. */
  Judgement withoutRewrite() {
    return new Judgement(rule, risk, message, table, names, false, standsFor);
  }

  /** The SQL to write instead; empty where none does the same, or it is CONCURRENTLY already. */
  List<String> instead(Statement statement) {
    if (!rewritable) {
      return List.of();
    }
    List<String> instead = rule.page().instead(names);
    String sql =
        instead.stream().filter(line -> !line.startsWith("--")).collect(Collectors.joining("\n"));
    // What exists only where the statement could be another is left empty.
    boolean nothing = sql.equals(";");
    boolean asWritten =
        statement.contains("CONCURRENTLY") && sql.equalsIgnoreCase(statement.text() + ";");
    return nothing || asWritten ? List.of() : instead;
  }

  /** The worst of some; Low where there are none. */
  static Risk worst(List<Judgement> judgements) {
    return judgements.stream().map(Judgement::risk).reduce(Risk.LOW, Risk::or);
  }
}
