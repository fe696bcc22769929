package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;

/** Which measured form it has to add a constraint to a table. */
final class AddedConstraintForms {

  private final QualifiedName table;
  private final LockForms forms;

  AddedConstraintForms(QualifiedName table, LockForms forms) {
    this.table = table;
    this.forms = forms;
  }

  void add(Node constraint) {
    boolean later = constraint.flag("skip_validation");
    switch (constraint.text("contype")) {
      case "CONSTR_CHECK" -> forms.add(later ? "add-check-not-valid" : "add-check", table);
      case "CONSTR_FOREIGN" -> foreignKey(constraint.relation("pktable"), later);
      case "CONSTR_UNIQUE" -> {
        if (constraint.has("indexname")) {
          forms.add("add-unique-using-index", table);
        } else {
          forms.add("add-unique", table);
        }
      }
      case "CONSTR_PRIMARY" -> primaryKey(constraint);
      case "CONSTR_EXCLUSION" -> forms.add("add-exclusion", table);
      default -> forms.unmeasured("that constraint");
    }
  }

  private void foreignKey(QualifiedName parent, boolean later) {
    if (later) {
      forms.add("add-fk-not-valid", table).on("parent", parent);
    } else if (parent.equals(table)) {
      forms.add("add-fk-to-itself", table);
    } else if (forms.known().isNewAndEmpty(table)) {
      // There is nothing to look up.
      forms.add("create-table-with-fk").on("parent", parent);
    } else {
      forms.add("add-fk", table).on("parent", parent);
    }
  }

  private void primaryKey(Node constraint) {
    if (!constraint.has("indexname")) {
      forms.add("add-pk").on("keyless", table);
    } else if (AddedConstraint.isProven(constraint.text("indexname"), table, forms.known())) {
      forms.add("add-pk-using-index-not-null").on("keyless", table);
    } else {
      forms.add("add-pk-using-index").on("keyless", table);
      if (forms.facts(table).isEmpty()) {
        forms.atMost();
      }
    }
  }
}
