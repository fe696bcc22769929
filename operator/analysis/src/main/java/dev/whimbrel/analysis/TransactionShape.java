package dev.whimbrel.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What statements do to each other because they share a transaction: each lock is held until it
 * ends. One instance goes through the scripts of a plan, in order.
 */
final class TransactionShape {

  /**
   * Savepoints inside each other that are remembered; going back to an older one changes nothing.
   */
  private static final int SAVEPOINTS = 64;

  private final Known known;

  private SharedTransaction transaction;
  private boolean inScriptsTransaction;
  private boolean begun;
  private boolean timeout;
  private int begunAt;

  /** The oldest first. */
  private final List<Savepoint> savepoints = new ArrayList<>();

  TransactionShape(Known known) {
    this.known = known;
    this.transaction = new SharedTransaction(known);
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
   * @param steps what it carries out
   * @param judged what rules say of it alone
   */
  List<Judgement> judge(Parsed parsed, List<Step> steps, List<Judgement> judged) {
    List<Judgement> found = new ArrayList<>();
    for (Node node : parsed.nodes()) {
      if (node.is("TransactionStmt")) {
        control(node, parsed.statement().line());
      } else {
        alone(node).ifPresent(found::add);
      }
      timeout |= setsTimeout(node);
    }
    if (inTransaction() || steps.size() > 1) {
      // Several steps of one statement have a transaction of their own where they are in none.
      SharedTransaction shared = inTransaction() ? transaction : new SharedTransaction(known);
      List<Judgement> ofStep = steps.size() > 1 ? List.of() : judged;
      steps.stream()
          .flatMap(step -> shared.judge(step, parsed.statement(), ofStep).stream())
          .distinct()
          .forEach(found::add);
      parsed.nodes().forEach(shared::note);
    }
    return found;
  }

  /** What a DO block that commits adds to those before it. */
  Optional<Judgement> commits() {
    return inTransaction()
        ? Optional.of(
            Judgement.of(
                Rule.CONCURRENTLY_IN_TRANSACTION,
                "PostgreSQL refuses COMMIT and ROLLBACK in a DO block inside a transaction block"
                    + " (2D000), so it fails; in a script that runs without a transaction it does"
                    + " not"))
        : Optional.empty();
  }

  private boolean inTransaction() {
    return inScriptsTransaction || begun;
  }

  private void control(Node s, int line) {
    switch (s.text("kind")) {
      case "TRANS_STMT_BEGIN", "TRANS_STMT_START" -> {
        begun = true;
        begunAt = line;
      }
      case "TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK", "TRANS_STMT_PREPARE" -> {
        // The driver begins the next one by itself where the tool runs the script in one.
        begun = s.flag("chain");
        begunAt = line;
        ends();
      }
      case "TRANS_STMT_SAVEPOINT" -> {
        savepoints.add(new Savepoint(s.text("savepoint_name"), transaction.copy()));
        if (savepoints.size() > SAVEPOINTS) {
          savepoints.removeFirst();
        }
      }
      case "TRANS_STMT_ROLLBACK_TO" ->
          savepoint(s)
              .ifPresent(at -> {
                transaction = savepoints.get(at).before.copy();
                savepoints.subList(at + 1, savepoints.size()).clear();
              });
      case "TRANS_STMT_RELEASE" ->
          savepoint(s).ifPresent(at -> savepoints.subList(at, savepoints.size()).clear());
      default -> {}
    }
  }

  /** Where the savepoint is that a statement names: the newest of that name. */
  private Optional<Integer> savepoint(Node s) {
    for (int at = savepoints.size() - 1; at >= 0; at--) {
      if (savepoints.get(at).name.equals(s.text("savepoint_name"))) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  private void ends() {
    transaction = new SharedTransaction(known);
    savepoints.clear();
  }

  private Optional<Judgement> alone(Node node) {
    if (inTransaction() && OwnTransactions.refusesTransaction(node)) {
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

  /**
   * A place to go back to. Locks that are taken after it are released then (documentation,
   * "Explicit Locking").
   */
  private record Savepoint(String name, SharedTransaction before) {}
}
