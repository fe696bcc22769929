package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What statements do to each other because they share a transaction: each lock is held until it
 * ends. One instance goes through the scripts of a plan, in order.
 */
final class TransactionShape {

  private final Known known;

  private boolean inScriptsTransaction;
  private boolean begun;
  private boolean timeout;
  private int begunAt;

  /** Whether one of the statements that locked them takes as long as its table is large. */
  private boolean takesLong;

  /** Tables that nobody reads until the transaction ends, with the line that locked them. */
  private final Map<QualifiedName, Integer> locked = new LinkedHashMap<>();

  /** Tables that foreign keys of this transaction point to. */
  private final Set<QualifiedName> parents = new LinkedHashSet<>();

  private final Set<String> notValid = new LinkedHashSet<>();
  private final Map<String, Set<String>> labels = new LinkedHashMap<>();

  TransactionShape(Known known) {
    this.known = known;
  }

  /**
   * A script begins.
   *
   * @param transactional whether its tool runs it in a transaction
   * @param joins whether that is the transaction of the script before it
   */
  void begins(boolean transactional, boolean joins) {
    if (!joins || !transactional || !inScriptsTransaction) {
      ends();
    }
    inScriptsTransaction = transactional;
    begun = false;
    timeout = false;
  }

  /** What is wrong at the end of a script. */
  Optional<Judgement> scriptEnds() {
    return begun && !inScriptsTransaction
        ? Optional.of(
            Judgement.of(
                Rule.UNFINISHED_TRANSACTION,
                "the BEGIN in line "
                    + begunAt
                    + " has no COMMIT: what follows it is rolled back when the session ends"))
        : Optional.empty();
  }

  /**
   * What a statement adds to those before it.
   *
   * @param judged what rules say of it alone
   */
  List<Judgement> judge(Parsed parsed, List<Judgement> judged) {
    List<Judgement> found = new ArrayList<>();
    for (Node node : parsed.nodes()) {
      if (node.is("TransactionStmt")) {
        control(node.text("kind"), parsed.statement().line());
      } else {
        alone(node).ifPresent(found::add);
        if (inScriptsTransaction || begun) {
          found.addAll(together(node, parsed.statement(), judged));
        }
      }
      timeout |= setsTimeout(node);
    }
    return found;
  }

  private void control(String kind, int line) {
    switch (kind) {
      case "TRANS_STMT_BEGIN", "TRANS_STMT_START" -> {
        begun = true;
        begunAt = line;
      }
      case "TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK", "TRANS_STMT_PREPARE" -> {
        // Flyway and Alembic go on outside of a transaction then.
        begun = false;
        inScriptsTransaction = false;
        ends();
      }
      default -> {}
    }
  }

  private void ends() {
    locked.clear();
    takesLong = false;
    parents.clear();
    notValid.clear();
    labels.clear();
  }

  private Optional<Judgement> alone(Node node) {
    if ((inScriptsTransaction || begun) && OwnTransactions.refusesTransaction(node)) {
      return Optional.of(
          Judgement.of(
              Rule.CONCURRENTLY_IN_TRANSACTION,
              "PostgreSQL refuses it inside a transaction block (25001), so it fails; alone in a"
                  + " script that runs without a transaction it does not"));
    }
    return timeout && OwnTransactions.isConcurrent(node)
        ? Optional.of(
            Judgement.of(
                Rule.TIMEOUT_WITH_CONCURRENTLY,
                "the statement_timeout that this script sets can cut it off, which leaves an"
                    + " invalid index behind"))
        : Optional.empty();
  }

  private List<Judgement> together(Node node, Statement statement, List<Judgement> judged) {
    List<Judgement> found = new ArrayList<>();
    List<QualifiedName> strong =
        StrongLocks.of(node).stream().filter(table -> !known.isNew(table)).toList();
    underLock(node, judged, strong).ifPresent(found::add);
    takesLong |= !strong.isEmpty() && isLong(node, judged);
    several(strong, statement.line()).ifPresent(found::add);
    severalForeignKeys(node).ifPresent(found::add);
    if (node.is("AlterTableStmt") && !known.isNew(node.relation("relation"))) {
      validatesAtOnce(node).ifPresent(found::add);
    }
    label(node, statement).ifPresent(found::add);
    return found;
  }

  /** Long work while somebody else's readers wait for the lock of an earlier statement. */
  private Optional<Judgement> underLock(
      Node node, List<Judgement> judged, List<QualifiedName> strong) {
    Optional<QualifiedName> waiting =
        locked.keySet().stream().filter(table -> !strong.contains(table)).findFirst();
    if (waiting.isEmpty()) {
      return Optional.empty();
    }
    String since =
        "nobody reads or writes "
            + waiting.get()
            + ", locked ACCESS EXCLUSIVE by line "
            + locked.get(waiting.get())
            + " of this transaction, until ";
    if (judged.stream().anyMatch(judgement -> judgement.rule() == Rule.CHANGES_DATA)) {
      return Optional.of(
          Judgement.of(
              Rule.DDL_THEN_DML,
              since + "these rows are changed; change them in a script of their own"));
    }
    return isLong(node, judged)
        ? Optional.of(
            Judgement.of(
                Rule.HOLDS_LOCK,
                since + "this long statement is done; put it into a script of its own"))
        : Optional.empty();
  }

  /** Whether it takes as long as a table is large. */
  private static boolean isLong(Node node, List<Judgement> judged) {
    boolean validates =
        node.is("AlterTableStmt")
            && node.list("cmds").stream()
                .anyMatch(action -> action.text("subtype").equals("AT_ValidateConstraint"));
    // Of an empty table it is over at once.
    return validates
        || judged.stream().anyMatch(each -> each.rule().page().scales() && each.risk() != Risk.LOW);
  }

  /** Where each of them is done in a moment, no more than that is at stake. */
  private Optional<Judgement> several(List<QualifiedName> strong, int line) {
    boolean had = locked.size() > 1;
    strong.forEach(table -> locked.putIfAbsent(table, line));
    if (had || locked.size() < 2) {
      return Optional.empty();
    }
    Judgement several =
        Judgement.of(
            Rule.LOCKS_SEVERAL_TABLES,
            "one transaction locks "
                + String.join(" and ", locked.keySet().stream().map(Object::toString).toList())
                + " ACCESS EXCLUSIVE: who uses them in another order makes a deadlock, and"
                + " waiting for the one holds up the other; a script for each");
    return Optional.of(takesLong ? several : several.at(Risk.LOW));
  }

  private Optional<Judgement> severalForeignKeys(Node node) {
    boolean had = parents.size() > 1;
    node.all("Constraint")
        .filter(constraint -> constraint.text("contype").equals("CONSTR_FOREIGN"))
        .map(constraint -> constraint.relation("pktable"))
        .filter(parent -> !known.isNew(parent))
        .forEach(parents::add);
    return !had && parents.size() > 1
        ? Optional.of(
            Judgement.of(
                Rule.SEVERAL_FOREIGN_KEYS,
                "one transaction adds foreign keys to "
                    + String.join(" and ", parents.stream().map(Object::toString).toList())
                    + " and locks them all against writing, which can deadlock; a script for"
                    + " each"))
        : Optional.empty();
  }

  private Optional<Judgement> validatesAtOnce(Node alter) {
    QualifiedName table = alter.relation("relation");
    Optional<Judgement> found = Optional.empty();
    for (Node action : alter.list("cmds")) {
      if (action.text("subtype").equals("AT_AddConstraint")
          && action.node("def").flag("skip_validation")) {
        notValid.add(table + "." + action.node("def").text("conname"));
      } else if (action.text("subtype").equals("AT_ValidateConstraint")
          && notValid.contains(table + "." + action.text("name"))) {
        found =
            Optional.of(
                Judgement.of(
                        Rule.VALIDATES_AT_ONCE,
                        "NOT VALID and VALIDATE of "
                            + action.text("name")
                            + " stand in one transaction, so every row of "
                            + table
                            + " is read under the strong lock of the first; VALIDATE in a later"
                            + " script")
                    .on(table)
                    .calling("constraint", Identifiers.quoted(action.text("name"))));
      }
    }
    return found;
  }

  /** A label that is added to an enum cannot be used before its transaction ends (55P04). */
  private Optional<Judgement> label(Node node, Statement statement) {
    if (node.is("AlterEnumStmt") && !node.has("oldVal")) {
      String type = node.lastName("typeName");
      if (!known.created().containsType(type)) {
        labels.computeIfAbsent(type, any -> new LinkedHashSet<>()).add(node.text("newVal"));
      }
      return Optional.empty();
    }
    return labels.entrySet().stream()
        .filter(entry ->
            statement.tokens().stream()
                .anyMatch(token ->
                    token.kind() == Token.Kind.STRING && entry.getValue().contains(token.text())))
        .findFirst()
        .map(entry ->
            Judgement.of(
                Rule.ENUM_VALUE_USED,
                "uses a value that the same transaction adds to "
                    + entry.getKey()
                    + ", which PostgreSQL refuses (55P04): add it in a script before this one"));
  }

  private static boolean setsTimeout(Node node) {
    Node value = node.list("args").stream().findFirst().orElse(node);
    // A zero has no field of its own in the tree.
    boolean zero =
        value.fields().at("/ival/ival").asInt() == 0
            && value.fields().at("/sval/sval").asText("0").matches("0\\D*");
    return node.is("VariableSetStmt")
        && node.text("name").equalsIgnoreCase("statement_timeout")
        && node.text("kind").equals("VAR_SET_VALUE")
        && !zero;
  }
}
