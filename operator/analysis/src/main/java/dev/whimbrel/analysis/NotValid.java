package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The constraints that a transaction has added NOT VALID. */
final class NotValid {

  private final List<Added> added = new ArrayList<>();

  NotValid() {}

  private NotValid(NotValid other) {
    added.addAll(other.added);
  }

  NotValid copy() {
    return new NotValid(this);
  }

  /** What is wrong where a statement validates one of them; those that it adds are remembered. */
  Optional<Judgement> judge(Node s) {
    Optional<Judgement> found = Optional.empty();
    if (!s.is("AlterTableStmt")) {
      return found;
    }
    QualifiedName table = s.relation("relation");
    for (Node action : s.list("cmds")) {
      String name = action.text("name");
      if (action.text("subtype").equals("AT_AddConstraint")
          && action.node("def").flag("skip_validation")) {
        added.add(new Added(table, action.node("def")));
      } else if (action.text("subtype").equals("AT_ValidateConstraint")
          && added.stream().anyMatch(each -> each.mayBe(table, name))) {
        found = Optional.of(atOnce(table, name));
      }
    }
    return found;
  }

  private static Judgement atOnce(QualifiedName table, String name) {
    return Judgement.of(
            Rule.VALIDATES_AT_ONCE,
            "NOT VALID and VALIDATE of "
                + name
                + " stand in one transaction, so every row of "
                + table
                + " is read under the strong lock of the first; VALIDATE in a later"
                + " script")
        .on(table)
        .calling("constraint", Identifiers.quoted(name));
  }

  private record Added(QualifiedName table, Node constraint) {

    boolean mayBe(QualifiedName other, String name) {
      return table.mayBe(other)
          && (constraint.has("conname")
              ? constraint.text("conname").equals(name)
              : GivenNames.mayBe(name, table, constraint));
    }
  }
}
