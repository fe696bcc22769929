package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.locks.Effect.Work;
import dev.whimbrel.analysis.locks.LockMode;
import dev.whimbrel.analysis.locks.RelationLock;
import dev.whimbrel.analysis.locks.RelationLock.Extent;
import dev.whimbrel.analysis.locks.RelationLock.Part;
import dev.whimbrel.analysis.locks.RelationLock.Rows;
import dev.whimbrel.analysis.locks.StatementLocks;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The steps of statements, in order. Ask before what follows from a statement is noted. */
final class Steps {

  /** Storage parameters: of these only {@code user_catalog_table} makes readers wait. */
  private static final Set<String> PARAMETERS = Set.of("AT_SetRelOptions", "AT_ResetRelOptions");

  private final Trees trees;
  private final Known known;
  private final StatementForms forms;
  private final LongWork work;

  Steps(Trees trees, Known known, StatementForms forms) {
    this.trees = trees;
    this.known = known;
    this.forms = forms;
    this.work = new LongWork(known);
  }

  /**
   * Those of a statement. A block that ends transactions has none: what it holds for how long shows
   * only when it runs.
   *
   * @param whole what the statement locks
   */
  List<Step> of(Parsed parsed, StatementLocks whole) {
    List<Step> steps = new ArrayList<>();
    for (Node node : parsed.nodes()) {
      if (node.is("DoStmt")) {
        Block block = Block.of(trees, node, parsed.statement().text());
        if (!block.commits()) {
          block.statements().forEach(each -> steps.add(step(each, forms.of(each))));
        }
      } else {
        steps.add(step(node, parsed.nodes().size() == 1 ? whole : forms.of(node)));
      }
    }
    return steps;
  }

  /** Whether a statement is a block that ends transactions. */
  boolean commit(Parsed parsed) {
    return parsed.nodes().stream()
        .filter(node -> node.is("DoStmt"))
        .anyMatch(node -> Block.of(trees, node, parsed.statement().text()).commits());
  }

  private Step step(Node node, StatementLocks locks) {
    if (OwnTransactions.refusesTransaction(node)) {
      // It fails in any that it could share.
      return new Step(node, StatementLocks.none(), false);
    }
    return new Step(node, unmeasured(node, locks), work.is(node, locks));
  }

  /**
   * ALTER TABLE takes ACCESS EXCLUSIVE unless noted otherwise (documentation, "ALTER TABLE"): so
   * does a form that nobody measured.
   */
  private StatementLocks unmeasured(Node node, StatementLocks locks) {
    QualifiedName table = node.relation("relation");
    String name = Identifiers.quoted(table);
    boolean assumed =
        node.text("objtype").equals("OBJECT_TABLE")
            && node.is("AlterTableStmt")
            && locks.unmeasured().isPresent()
            && locks.locks().stream().noneMatch(lock -> lock.relation().equals(name))
            && !known.isNew(table)
            && node.list("cmds").stream()
                .anyMatch(action -> !PARAMETERS.contains(action.text("subtype")));
    if (!assumed) {
      return locks;
    }
    List<RelationLock> all = new ArrayList<>();
    all.add(
        new RelationLock(
            name,
            LockMode.ACCESS_EXCLUSIVE,
            EnumSet.noneOf(Work.class),
            Rows.NONE,
            Extent.UNKNOWN,
            Part.SUBJECT));
    all.addAll(locks.locks());
    return new StatementLocks(all, false, List.of(), Optional.empty(), locks.unmeasured());
  }
}
