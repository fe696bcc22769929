package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What one statement may change of what the catalog says, told from its parse tree. */
final class ChangesOfStatement {

  /** Actions of ALTER TABLE after which the rows that were there are as they were. */
  private static final Set<String> KEEP_ROWS =
      Set.of(
          "AT_AddColumn",
          "AT_AddConstraint",
          "AT_ValidateConstraint",
          "AT_DropConstraint",
          "AT_SetNotNull",
          "AT_DropNotNull",
          "AT_ColumnDefault",
          "AT_SetStatistics",
          "AT_SetOptions",
          "AT_SetStorage",
          "AT_SetRelOptions",
          "AT_SetIdentity");

  private static final Set<String> CHANGE_COLUMN =
      Set.of("AT_AlterColumnType", "AT_DropColumn", "AT_AddColumn", "AT_DropNotNull");

  /** Objects whose name is that of a relation. */
  static final Set<String> RELATIONS =
      Set.of(
          "OBJECT_TABLE",
          "OBJECT_INDEX",
          "OBJECT_VIEW",
          "OBJECT_MATVIEW",
          "OBJECT_SEQUENCE",
          "OBJECT_FOREIGN_TABLE");

  private final Changes changes;
  private final Trees trees;

  ChangesOfStatement(Changes changes, Trees trees) {
    this.changes = changes;
    this.trees = trees;
  }

  /**
   * Notes them.
   *
   * @param sql the statement
   */
  void note(Node s, String sql) {
    switch (s.kind()) {
      case "DoStmt" -> block(Block.of(trees, s, sql));
      case "CallStmt", "ExecuteStmt" -> changes.everything();
      case "DropOwnedStmt" -> changes.cascades();
      case "ExplainStmt", "PrepareStmt" -> note(s.node("query"), sql);
      case "VariableSetStmt", "DiscardStmt" -> {
        if (SessionRules.movesNames(s)) {
          changes.movesNames();
        }
      }
      case "SelectStmt" -> select(s);
      case "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt" -> {
        changesRows(s);
        calls(s);
      }
      case "CopyStmt" -> copy(s);
      case "TruncateStmt" -> truncate(s);
      case "AlterTableStmt" -> alter(s);
      case "RenameStmt" -> rename(s);
      case "AlterObjectSchemaStmt" -> moves(s);
      case "DropStmt" -> drop(s);
      case "CreateSchemaStmt" -> s.list("schemaElts").forEach(each -> note(each, sql));
      case "CreateExtensionStmt",
          "AlterExtensionStmt",
          "CreateForeignTableStmt",
          "ImportForeignSchemaStmt" ->
          changes.makesAnything();
      default -> create(s);
    }
  }

  private void create(Node s) {
    boolean unlessThere = s.flag("if_not_exists");
    switch (s.kind()) {
      case "CreateStmt" -> table(s);
      case "CreateTableAsStmt" -> {
        note(s.node("query"), "");
        QualifiedName table = CreatedObjects.name(s.struct("into").struct("rel"));
        changes.makes(table, unlessThere);
        changes.fills(table);
      }
      case "ViewStmt" -> {
        changes.makes(s.relation("view"), false);
        changes.shows(s.relation("view"), s.flag("replace"), named(s.node("query")));
      }
      case "CreateTrigStmt" -> {
        named(s).forEach(this::mayDoAnythingTo);
        changes.runsCode(s.relation("relation"));
      }
      case "RuleStmt" -> {
        named(s).forEach(this::mayDoAnythingTo);
        for (Node action : s.list("actions")) {
          named(action).forEach(table -> changes.reaches(s.relation("relation"), table));
        }
      }
      case "CreateSeqStmt" -> changes.makes(s.relation("sequence"), unlessThere);
      case "IndexStmt" -> {
        QualifiedName table = s.relation("relation");
        changes.namesAfter(table);
        changes.makes(new QualifiedName(table.schema(), s.text("idxname")), unlessThere);
        code(s, table);
      }
      case "TransactionStmt",
          "VariableShowStmt",
          "CommentStmt",
          "GrantStmt",
          "LockStmt",
          "VacuumStmt",
          "ReindexStmt",
          "ClusterStmt",
          "RefreshMatViewStmt",
          "CreateStatsStmt",
          "CreateEnumStmt",
          "CreateDomainStmt",
          "AlterSeqStmt" -> {
        // All is there that was, with the rows that it had.
      }
      default -> named(s).forEach(this::mayDoAnythingTo);
    }
  }

  /** It may carry out what it shows. What its functions do is not shown. */
  private void block(Block block) {
    if (!block.complete() || block.statements().stream().anyMatch(FunctionCalls::changeAnything)) {
      changes.everything();
    }
    block.statements().forEach(each -> note(each, ""));
  }

  private void select(Node s) {
    changesRows(s);
    s.all("intoClause")
        .map(into -> CreatedObjects.name(into.struct("rel")))
        .forEach(table -> changes.makes(table, false));
    calls(s);
  }

  private void calls(Node s) {
    if (FunctionCalls.changeAnything(s)) {
      changes.calls();
    }
    if (FunctionCalls.moveNames(s)) {
      changes.movesNames();
    }
  }

  /** WITH … may change rows, too. */
  private void changesRows(Node s) {
    s.all(QueryRules.CHANGES_ROWS)
        .forEach(each -> {
          if (each.is("InsertStmt") || each.is("MergeStmt")) {
            changes.fills(each.relation("relation"));
          } else {
            changes.changesRows(each.relation("relation"));
          }
        });
  }

  private void copy(Node s) {
    changesRows(s);
    calls(s);
    if (s.flag("is_from")) {
      changes.fills(s.relation("relation"));
    }
  }

  private void truncate(Node s) {
    s.list("relations").stream().map(CreatedObjects::name).forEach(changes::changesRows);
    if (cascades(s)) {
      changes.changesAllRows();
    }
  }

  private void table(Node s) {
    QualifiedName table = s.relation("relation");
    changes.makes(table, s.flag("if_not_exists"));
    changes.namesAfter(table);
    constraints(s, table);
    code(s, table);
    // The rows of a partition are those of its parent.
    s.list("inhRelations").stream().map(CreatedObjects::name).forEach(changes::fills);
  }

  /** What is written into a new table may be computed by anything. */
  private void code(Node s, QualifiedName table) {
    if (changes.isNew(table) && s.all("FuncCall").anyMatch(QueryRules::mayDoAnything)) {
      changes.runsCode(table);
    }
  }

  /** A key has an index of its name. */
  private void constraints(Node s, QualifiedName table) {
    s.all("Constraint")
        .map(constraint -> constraint.text("conname"))
        .filter(Predicate.not(String::isEmpty))
        .forEach(name -> {
          changes.makes(new QualifiedName(table.schema(), name), true);
          changes.makes(table, name);
        });
  }

  private void alter(Node s) {
    constraints(s, s.relation("relation"));
    code(s, s.relation("relation"));
    s.all("Constraint")
        .filter(constraint -> constraint.text("contype").equals("CONSTR_FOREIGN"))
        .forEach(key -> changes.reaches(s.relation("relation"), key.relation("pktable")));
    s.list("cmds").forEach(action -> alter(s.relation("relation"), action));
    if (!s.list("cmds").stream().allMatch(action -> KEEP_ROWS.contains(action.text("subtype")))) {
      named(s).forEach(changes::changesRows);
    }
  }

  private void alter(QualifiedName table, Node action) {
    String kind = action.text("subtype");
    Node definition = action.node("def");
    String name = kind.equals("AT_AddColumn") ? definition.text("colname") : action.text("name");
    if (CHANGE_COLUMN.contains(kind)) {
      changes.changesColumn(table, name);
    }
    if (kind.equals("AT_AddColumn")) {
      changes.makes(table, name);
    }
    if (kind.equals("AT_DropColumn") || kind.equals("AT_DropConstraint")) {
      changes.losesSomething(table);
    }
    if (kind.startsWith("AT_Add") && namesAfterTable(kind, definition)) {
      changes.namesAfter(table);
    }
    if (kind.equals("AT_AttachPartition")) {
      changes.takesIn(table, definition.relation("name"));
    }
    if (kind.equals("AT_AddInherit")) {
      changes.takesIn(CreatedObjects.name(definition), table);
    }
  }

  /** A key without a name, and the sequence of a column, are called after their table. */
  private static boolean namesAfterTable(String kind, Node definition) {
    return kind.equals("AT_AddIdentity")
        || definition.is("Constraint") && definition.text("conname").isEmpty()
        || !definition.list("constraints").isEmpty()
        || definition.struct("typeName").lastName("names").contains("serial");
  }

  private void rename(Node s) {
    QualifiedName relation = s.relation("relation");
    QualifiedName to = new QualifiedName(relation.schema(), s.text("newname"));
    if (s.text("renameType").equals("OBJECT_SCHEMA")) {
      changes.movesNames();
      changes.changesSchema(s.text("subname"));
      changes.changesSchema(to.name());
    } else if (RELATIONS.contains(s.text("renameType"))) {
      changes.changesName(relation, to);
    } else if (!relation.name().isEmpty()) {
      // One of its columns or constraints; the index of a key goes along.
      changes.losesSomething(relation);
      changes.changesRows(relation);
      changes.makes(to, true);
      for (String name : List.of(s.text("subname"), to.name())) {
        changes.makes(relation, name);
        changes.changesColumn(relation, name);
      }
    }
  }

  private void moves(Node s) {
    QualifiedName relation = s.relation("relation");
    if (!relation.name().isEmpty()) {
      changes.changesName(relation, new QualifiedName(s.text("newschema"), relation.name()));
    }
  }

  private void drop(Node s) {
    boolean relations = RELATIONS.contains(s.text("removeType"));
    boolean schemas = s.text("removeType").equals("OBJECT_SCHEMA");
    if (cascades(s) || schemas) {
      changes.cascades();
    }
    for (Node object : s.list("objects")) {
      if (schemas) {
        changes.changesSchema(object.text("sval"));
      }
      changes.losesSomething(
          object.has("objname")
              ? new QualifiedName("", object.lastName("objname"))
              : DropRules.name(object));
      if (relations) {
        changes.drops(DropRules.name(object));
      }
    }
  }

  private void mayDoAnythingTo(QualifiedName relation) {
    changes.makes(relation, true);
    changes.fills(relation);
    changes.namesAfter(relation);
  }

  /** All relations that a statement names. */
  private static List<QualifiedName> named(Node s) {
    return s.fields().findParents("relname").stream()
        .map(range -> CreatedObjects.name(new Node("RangeVar", range)))
        .distinct()
        .toList();
  }

  private static boolean cascades(Node s) {
    return s.text("behavior").equals("DROP_CASCADE");
  }
}
