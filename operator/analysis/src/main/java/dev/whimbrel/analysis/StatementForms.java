package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.locks.StatementLocks;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which measured forms a statement has; what has none says so. */
final class StatementForms {

  /** What works on the session or the transaction, and on no relation. */
  private static final Set<String> OF_THE_SESSION =
      Set.of(
          "VariableSetStmt",
          "VariableShowStmt",
          "TransactionStmt",
          "DiscardStmt",
          "NotifyStmt",
          "ListenStmt",
          "UnlistenStmt",
          "PrepareStmt",
          "DeallocateStmt",
          "FetchStmt",
          "ClosePortalStmt",
          "ConstraintsSetStmt");

  private static final String CODE = "what code does shows only when it runs";

  private final Trees trees;
  private final Known known;

  StatementForms(Trees trees, Known known) {
    this.trees = trees;
    this.known = known;
  }

  /** What a statement locks. Ask before what follows from it is noted. */
  StatementLocks of(Parsed parsed) {
    if (parsed.refusal().isPresent()) {
      return StatementLocks.unmeasured("PostgreSQL's parser refuses it");
    }
    LockForms forms = new LockForms(known);
    for (Node node : parsed.nodes()) {
      if (node.is("DoStmt")) {
        block(Block.of(trees, node, parsed.statement().text()), forms);
      } else {
        add(node, forms);
      }
    }
    return forms.measured();
  }

  /** What a block shows of what it does, it may do under a condition. */
  private void block(Block block, LockForms forms) {
    block.statements().forEach(each -> add(each, forms));
    forms.atMost();
    if (!block.complete()) {
      forms.unmeasured(CODE);
    }
  }

  /** What one step of it locks. */
  StatementLocks of(Node step) {
    LockForms forms = new LockForms(known);
    add(step, forms);
    return forms.measured();
  }

  private void add(Node s, LockForms forms) {
    if (OF_THE_SESSION.contains(s.kind())) {
      return;
    }
    switch (s.kind()) {
      case "AlterTableStmt" -> AlterTableForms.add(s, forms);
      case "SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CopyStmt" ->
          QueryForms.add(s, forms);
      case "CreateStmt" -> created(s, forms);
      case "CreateTableAsStmt", "ViewStmt", "RefreshMatViewStmt" -> QueryForms.defined(s, forms);
      case "IndexStmt" -> IndexForms.create(s, forms);
      case "ReindexStmt" -> IndexForms.rebuild(s, forms);
      case "DropStmt" -> DropForms.add(s, forms);
      case "RenameStmt" -> ObjectForms.rename(s, forms);
      case "TruncateStmt" -> truncate(s, forms);
      case "ClusterStmt" -> cluster(s, forms);
      case "VacuumStmt" -> vacuum(s, forms);
      case "LockStmt" -> lock(s, forms);
      case "CreateSchemaStmt" -> {
        forms.add("create-schema");
        s.list("schemaElts").forEach(element -> add(element, forms));
      }
      case "ExplainStmt", "DeclareCursorStmt" -> add(s.node("query"), forms);
      case "DoStmt", "CallStmt", "ExecuteStmt" -> forms.unmeasured(CODE);
      default -> ObjectForms.add(s, forms);
    }
  }

  private static void created(Node s, LockForms forms) {
    QualifiedName table = s.relation("relation");
    boolean temporary = s.struct("relation").text("relpersistence").equals("t");
    forms.add(temporary ? "create-temporary-table" : "create-table");
    List<QualifiedName> parents =
        s.list("inhRelations").stream().map(CreatedObjects::name).toList();
    if (s.has("partbound")) {
      partition(s, parents.getFirst(), forms);
    } else if (!parents.isEmpty()) {
      forms.add("create-table-inherits").on("keyless", parents);
    }
    List<QualifiedName> referenced =
        s.all("Constraint")
            .filter(constraint -> constraint.text("contype").equals("CONSTR_FOREIGN"))
            .map(constraint -> constraint.relation("pktable"))
            .filter(parent -> !parent.equals(table))
            .distinct()
            .toList();
    if (!referenced.isEmpty()) {
      forms.add("create-table-with-fk").on("parent", referenced);
    }
    List<QualifiedName> models =
        s.all("TableLikeClause").map(like -> like.relation("relation")).toList();
    if (!models.isEmpty()) {
      forms.add("create-table-like").on("t", models);
    }
  }

  private static void partition(Node s, QualifiedName parent, LockForms forms) {
    Optional<RelationFacts> facts = forms.facts(parent);
    boolean isDefault = s.struct("partbound").flag("is_default");
    if (forms.known().isNew(parent)) {
      // Nobody else sees it before it is committed, nor a default partition of it.
      forms.add("create-table-partition-of").on("parts", parent).without("parts_d");
      return;
    }
    if (facts.isPresent() && facts.get().partitioning().defaultPartition().isEmpty() || isDefault) {
      forms.add("create-table-partition-of-without-default").on("ranges", parent);
      if (isDefault) {
        forms.unmeasured("what a new default partition locks");
      }
      return;
    }
    LockForms.Form form = forms.add("create-table-partition-of").on("parts", parent);
    facts
        .flatMap(known -> known.partitioning().defaultPartition())
        .ifPresentOrElse(
            name -> form.on("parts_d", name),
            () -> {
              form.as("parts_d", "its default partition");
              forms.atMost();
            });
  }

  private static void truncate(Node s, LockForms forms) {
    boolean cascades = s.text("behavior").equals("DROP_CASCADE");
    for (Node relation : s.list("relations")) {
      QualifiedName table = CreatedObjects.name(relation);
      if (cascades) {
        List<QualifiedName> others = references(forms, table);
        LockForms.Form form = forms.add("truncate-cascade").on("parent", table);
        if (forms.facts(table).isEmpty()) {
          form.as("t", "each table that references it");
        } else {
          form.on("t", others);
        }
        if (!others.isEmpty() || forms.facts(table).isEmpty() && !forms.known().isNew(table)) {
          forms.unmeasured("what references those in turn");
        }
      } else if (forms.isPartitioned(table)) {
        forms.add("truncate-partitioned").on("parts", table);
      } else {
        heirs(table, forms);
        forms.add("truncate", table);
      }
    }
  }

  /** The tables whose foreign keys point to one. */
  static List<QualifiedName> references(LockForms forms, QualifiedName table) {
    return forms.facts(table).stream()
        .flatMap(facts -> facts.referencedBy().stream())
        .map(key -> key.table())
        .filter(other -> !other.name().equals(table.name()))
        .distinct()
        .toList();
  }

  /** Says so where other tables inherit from one. */
  static void heirs(QualifiedName table, LockForms forms) {
    if (forms.hasHeirs(table)) {
      forms.unmeasured("what it does to the tables that inherit from " + table);
    }
  }

  private static void cluster(Node s, LockForms forms) {
    QualifiedName table = s.relation("relation");
    if (table.name().isEmpty() || forms.isPartitioned(table)) {
      forms.unmeasured("CLUSTER of several tables");
    } else {
      forms.add("cluster", table);
    }
  }

  private static void vacuum(Node s, LockForms forms) {
    boolean full = OwnTransactions.hasOption(s, "options", "full");
    String form = !s.flag("is_vacuumcmd") ? "analyze" : full ? "vacuum-full" : "vacuum";
    List<QualifiedName> tables =
        s.list("rels").stream().map(relation -> relation.relation("relation")).toList();
    if (tables.isEmpty()) {
      forms.add(form).as("t", "every table, one after the other");
    }
    for (QualifiedName table : tables) {
      if (forms.isPartitioned(table)) {
        forms.unmeasured("what it does to the partitions of " + table);
      }
      forms.add(form, table);
    }
  }

  private static void lock(Node s, LockForms forms) {
    String form =
        switch (s.fields().path("mode").asInt()) {
          case 1 -> "lock-table-access-share";
          case 2 -> "lock-table-row-share";
          case 3 -> "lock-table-row-exclusive";
          case 4 -> "lock-table-share-update-exclusive";
          case 5 -> "lock-table-share";
          case 6 -> "lock-table-share-row-exclusive";
          case 7 -> "lock-table-exclusive";
          default -> "lock-table";
        };
    for (Node relation : s.list("relations")) {
      QualifiedName table = CreatedObjects.name(relation);
      boolean plain =
          forms.facts(table).filter(facts -> facts.kind() != RelationKind.TABLE).isEmpty();
      if (!plain) {
        forms.unmeasured("what else it locks, for " + table + " is no plain table");
      }
      forms.add(form, table);
    }
  }
}
