package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.locks.RelationLock;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A transaction as far as it has come, and what a statement does because of those before it. */
final class SharedTransaction {

  /**
   * Characters of VALUES that count as long: some thousand rows. 4,425 rows of 256 KiB into a table
   * with four indexes took 90 ms on PostgreSQL 17 with all of it in memory; a slow disk makes
   * seconds of that.
   */
  private static final int LONG_VALUES = 256 * 1024;

  private final Known known;
  private final HeldLocks held;

  /** Tables that foreign keys of this transaction point to. */
  private final Set<QualifiedName> parents = new LinkedHashSet<>();

  private final NotValid notValid;
  private final Map<String, Set<String>> labels = new LinkedHashMap<>();

  /** Whether one of the statements that hold a table from its readers is a long one. */
  private boolean takesLong;

  /** Characters of VALUES that were inserted under locks. */
  private int inserted;

  SharedTransaction(Known known) {
    this.known = known;
    this.held = new HeldLocks();
    this.notValid = new NotValid();
  }

  private SharedTransaction(SharedTransaction other) {
    this.known = other.known;
    this.held = other.held.copy();
    this.parents.addAll(other.parents);
    this.notValid = other.notValid.copy();
    other.labels.forEach((type, values) -> labels.put(type, new LinkedHashSet<>(values)));
    this.takesLong = other.takesLong;
    this.inserted = other.inserted;
  }

  /** As it is now. */
  SharedTransaction copy() {
    return new SharedTransaction(this);
  }

  /**
   * What a step adds to those before it.
   *
   * @param judged what rules say of it alone
   */
  List<Judgement> judge(Step step, Statement statement, List<Judgement> judged) {
    List<Judgement> found = new ArrayList<>();
    Node node = step.node();
    boolean lasts = lasts(step, statement, judged);
    Optional<Judgement> validates =
        known.isNew(node.relation("relation")) ? Optional.empty() : notValid.judge(node);
    validates.ifPresent(found::add);
    if (lasts && validates.isEmpty()) {
      underLock(step).ifPresent(found::add);
    }
    several(step, lasts, statement.line()).ifPresent(found::add);
    severalForeignKeys(node).ifPresent(found::add);
    label(node, statement).ifPresent(found::add);
    return found;
  }

  /** A statement of the script has run. */
  void note(Node node) {
    held.note(node);
  }

  private boolean lasts(Step step, Statement statement, List<Judgement> judged) {
    if (LongWork.bringsRows(step.node()) && !held.isEmpty()) {
      inserted += statement.text().length();
      if (inserted > LONG_VALUES) {
        inserted = 0;
        return true;
      }
    }
    // What was not measured is as long as its rule says; of an empty table it is over at once.
    return step.lasts()
        || step.locks().unmeasured().isPresent()
            && judged.stream()
                .anyMatch(each -> each.rule().page().scales() && each.risk() != Risk.LOW);
  }

  /** Long work while somebody waits for the lock of an earlier statement. */
  private Optional<Judgement> underLock(Step step) {
    boolean rows =
        step.node().is("CopyStmt")
            || step.node().all(QueryRules.CHANGES_ROWS).findAny().isPresent();
    return held.besides(step.locks())
        .map(worst ->
            rows
                ? Judgement.of(
                        Rule.DDL_THEN_DML,
                        worst.text()
                            + ", until these rows are "
                            + (step.node().is("CopyStmt") ? "copied" : "changed")
                            + "; change them in a script of their own")
                    .at(worst.stopsReaders() ? Risk.HIGH : Risk.MEDIUM)
                : Judgement.of(
                        Rule.HOLDS_LOCK,
                        worst.text()
                            + ", until this long statement is done; put it into a script of its"
                            + " own")
                    .at(worst.stopsReaders() ? Risk.MEDIUM : Risk.LOW));
  }

  /** Where each of them is done in a moment, no more than that is at stake. */
  private Optional<Judgement> several(Step step, boolean lasts, int line) {
    boolean had = held.isOfSeveral();
    held.take(step.locks(), line);
    takesLong |= lasts && step.locks().strongest().filter(mode -> mode.blocksReaders()).isPresent();
    if (had || !held.isOfSeveral()) {
      return Optional.empty();
    }
    Judgement several =
        Judgement.of(
            Rule.LOCKS_SEVERAL_TABLES,
            "one transaction locks "
                + String.join(
                    " and ", held.unreadable().stream().map(RelationLock::relation).toList())
                + " ACCESS EXCLUSIVE: who uses them in another order makes a deadlock, and"
                + " waiting for the one holds up the other; a script for each");
    return Optional.of(takesLong ? several : several.at(Risk.LOW));
  }

  private Optional<Judgement> severalForeignKeys(Node node) {
    boolean had = parents.size() > 1;
    node.all("Constraint")
        .filter(constraint -> constraint.text("contype").equals("CONSTR_FOREIGN"))
        .map(constraint -> constraint.relation("pktable"))
        .filter(parent -> !known.isNew(parent) && parents.stream().noneMatch(parent::mayBe))
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
}
