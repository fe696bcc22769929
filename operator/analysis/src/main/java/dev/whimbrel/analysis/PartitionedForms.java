package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.RelationFacts;
import java.util.Optional;

/** Which measured forms the actions have of an ALTER TABLE on a partitioned table. */
final class PartitionedForms {

  private final QualifiedName table;
  private final LockForms forms;
  private final Optional<RelationFacts> facts;

  PartitionedForms(QualifiedName table, LockForms forms) {
    this.table = table;
    this.forms = forms;
    this.facts = forms.facts(table);
  }

  void action(Node action) {
    switch (action.text("subtype")) {
      case "AT_AddColumn" -> addColumn(action.node("def"));
      case "AT_DropColumn" -> {
        boolean key =
            facts.stream()
                .flatMap(known -> known.foreignKeys().stream())
                .anyMatch(each -> each.columns().contains(action.text("name")));
        if (key) {
          forms.unmeasured("what dropping a foreign key of a partitioned table locks");
        }
        parts("drop-column-of-partitioned");
      }
      case "AT_AlterColumnType" -> {
        parts("type-of-partitioned");
        forms.atMost();
      }
      case "AT_SetNotNull" -> {
        parts("set-not-null-of-partitioned");
        if (forms.known().provesNotNull(table, action.text("name"))) {
          forms.atMost();
        }
      }
      case "AT_DropNotNull" -> forms.add("drop-not-null-of-partitioned").on("ranges", table);
      case "AT_ColumnDefault" -> parts("set-default-of-partitioned");
      case "AT_AddConstraint" -> constraint(action.node("def"));
      case "AT_AttachPartition" -> attach(action.node("def").relation("name"));
      case "AT_DetachPartition" ->
          detach(action.node("def").relation("name"), action.node("def").flag("concurrent"));
      default -> forms.unmeasured("that form of ALTER TABLE on a partitioned table");
    }
  }

  private void parts(String form) {
    forms.add(form).on("parts", table);
  }

  private void addColumn(Node column) {
    switch (AddedColumnForms.cost(column, forms.known())) {
      case CATALOG -> parts("add-column-to-partitioned");
      case REWRITES -> parts("add-column-volatile-default-to-partitioned");
      case MAY_REWRITE -> {
        parts("add-column-volatile-default-to-partitioned");
        forms.atMost();
      }
    }
    if (column.list("constraints").stream().anyMatch(AddedColumnForms::constrains)) {
      forms.unmeasured("a constraint of a new column of a partitioned table");
    }
  }

  private void constraint(Node constraint) {
    boolean later = constraint.flag("skip_validation");
    switch (constraint.text("contype")) {
      case "CONSTR_CHECK" -> {
        parts("add-check-to-partitioned");
        if (later) {
          forms.atMost();
        }
      }
      case "CONSTR_FOREIGN" ->
          forms
              .add(later ? "add-fk-not-valid-on-partitioned" : "add-fk-on-partitioned")
              .on("parts", table)
              .on("parent", constraint.relation("pktable"));
      case "CONSTR_UNIQUE" -> forms.add("add-unique-to-partitioned").on("ranges", table);
      case "CONSTR_PRIMARY" -> forms.add("add-pk-to-partitioned").on("ranges", table);
      default -> forms.unmeasured("that constraint of a partitioned table");
    }
  }

  private void attach(QualifiedName partition) {
    LockForms.Form form = forms.add("attach-partition").on("parts", table).on("parts_2", partition);
    defaultPartition(form);
    forms.atMost();
  }

  private void detach(QualifiedName partition, boolean concurrently) {
    if (concurrently) {
      forms.add("detach-partition-concurrently").on("ranges", table).on("ranges_1", partition);
      return;
    }
    LockForms.Form form = forms.add("detach-partition").on("parts", table).on("parts_1", partition);
    defaultPartition(form);
  }

  private void defaultPartition(LockForms.Form form) {
    if (facts.isEmpty() && !forms.known().isNew(table)) {
      form.as("parts_d", "its default partition");
      forms.atMost();
    } else {
      facts
          .flatMap(known -> known.partitioning().defaultPartition())
          .ifPresentOrElse(name -> form.on("parts_d", name), () -> form.without("parts_d"));
    }
  }
}
