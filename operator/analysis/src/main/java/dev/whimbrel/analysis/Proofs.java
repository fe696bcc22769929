package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.ArrayList;
import java.util.List;

/**
 * CHECKs of a plan's own that say {@code column IS NOT NULL}: once one is valid, SET NOT NULL does
 * not read the table.
 */
final class Proofs {

  private final List<Proof> proofs = new ArrayList<>();

  /** Names of dropped constraints: what the catalog said of them holds no more. */
  private final List<Proof> gone = new ArrayList<>();

  /** A statement has run. */
  void note(Node s) {
    switch (s.kind()) {
      case "AlterTableStmt" -> alter(s);
      case "RenameStmt" -> {
        QualifiedName relation = s.relation("relation");
        forget(relation);
        forget(new QualifiedName(relation.schema(), s.text("newname")));
      }
      case "AlterObjectSchemaStmt" -> {
        forget(s.relation("relation"));
        forget(new QualifiedName(s.text("newschema"), s.relation("relation").name()));
      }
      default -> {
        // Leaves the CHECKs as they are.
      }
    }
  }

  /** The names that its CHECKs speak of may mean others. */
  private void forget(QualifiedName table) {
    proofs.removeIf(proof -> proof.table.mayBe(table));
  }

  private void alter(Node alter) {
    QualifiedName table = alter.relation("relation");
    for (Node action : alter.list("cmds")) {
      String name = action.text("name");
      switch (action.text("subtype")) {
        case "AT_AddConstraint" -> add(action.node("def"), table);
        case "AT_ValidateConstraint" ->
            proofs.replaceAll(proof -> proof.is(table, name) ? proof.validated() : proof);
        case "AT_DropColumn" ->
            proofs.removeIf(proof -> proof.table.equals(table) && proof.column.equals(name));
        case "AT_DropConstraint" -> {
          proofs.removeIf(proof -> proof.is(table, name));
          gone.add(new Proof(table, name, "", false));
        }
        default -> {}
      }
    }
  }

  /** What was added may have been taken back. */
  void clear() {
    proofs.clear();
  }

  /** Whether a CHECK of this plan proves that a column holds no NULL. */
  boolean holds(QualifiedName table, String column) {
    return proofs.stream()
        .anyMatch(proof -> proof.valid && proof.table.equals(table) && proof.column.equals(column));
  }

  /** Whether this plan made the constraint, as a proof and nothing else. */
  boolean isOurs(QualifiedName table, String constraint) {
    return proofs.stream().anyMatch(proof -> proof.is(table, constraint));
  }

  /** Whether a constraint of the table was dropped, so that the catalog's word on it is old. */
  boolean dropped(QualifiedName table) {
    return gone.stream().anyMatch(proof -> proof.table.equals(table));
  }

  private void add(Node constraint, QualifiedName table) {
    Node test = constraint.node("raw_expr");
    List<Node> tests = test.text("boolop").equals("AND_EXPR") ? test.list("args") : List.of(test);
    if (constraint.text("contype").equals("CONSTR_CHECK")
        && tests.stream().allMatch(Proofs::saysNotNull)) {
      for (Node each : tests) {
        proofs.add(
            new Proof(
                table,
                constraint.text("conname"),
                each.node("arg").lastName("fields"),
                !constraint.flag("skip_validation")));
      }
    }
  }

  private static boolean saysNotNull(Node test) {
    return test.is("NullTest")
        && test.text("nulltesttype").equals("IS_NOT_NULL")
        && test.node("arg").is("ColumnRef");
  }

  private record Proof(QualifiedName table, String name, String column, boolean valid) {

    boolean is(QualifiedName other, String constraint) {
      return table.equals(other) && name.equals(constraint);
    }

    Proof validated() {
      return new Proof(table, name, column, true);
    }
  }
}
