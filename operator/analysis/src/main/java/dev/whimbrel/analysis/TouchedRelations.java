package dev.whimbrel.analysis;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The relations and types that statements name, to be looked up in the catalog of the database in
 * which they are to run. What one statement creates is among them, and so is the name of a common
 * table expression: whether a name means anything, the catalog says.
 *
 * @param relations as written, in the order of their first mention
 * @param types as written, without those of pg_catalog, in the order of their first mention
 * @param schemas that are dropped, or moved, as a whole
 * @param complete whether these are all: not, where a statement cannot be read, calls what is not
 *     part of the script, or puts a statement together
 * @param relationsOnly whether these are all, and nothing else is changed: no type, no function,
 *     and not what a name means
 */
public record TouchedRelations(
    Set<QualifiedName> relations,
    Set<QualifiedName> types,
    Set<String> schemas,
    boolean complete,
    boolean relationsOnly) {

  /** Statements that change relations and nothing else. */
  private static final Set<String> OF_RELATIONS_ONLY =
      Set.of(
          "AlterTableStmt",
          "IndexStmt",
          "CreateStmt",
          "CreateTableAsStmt",
          "ViewStmt",
          "RefreshMatViewStmt",
          "SelectStmt",
          "InsertStmt",
          "UpdateStmt",
          "DeleteStmt",
          "MergeStmt",
          "CopyStmt",
          "TruncateStmt",
          "VacuumStmt",
          "ClusterStmt",
          "ReindexStmt",
          "LockStmt",
          "CommentStmt",
          "CreateSeqStmt",
          "AlterSeqStmt",
          "CreateTrigStmt",
          "RuleStmt",
          "CreatePolicyStmt",
          "AlterPolicyStmt",
          "CreateStatsStmt",
          "TransactionStmt",
          "DoStmt");

  /** Objects that have no name without that of their table before it. */
  private static final Set<String> OF_RELATIONS =
      Set.of("OBJECT_TRIGGER", "OBJECT_RULE", "OBJECT_POLICY");

  public TouchedRelations {
    relations = new LinkedHashSet<>(relations);
    types = new LinkedHashSet<>(types);
    schemas = new LinkedHashSet<>(schemas);
  }

  /** Nothing is touched. */
  public static TouchedRelations none() {
    return new TouchedRelations(Set.of(), Set.of(), Set.of(), true, true);
  }

  /** These, and others that nobody knows. */
  public TouchedRelations andMore() {
    return new TouchedRelations(relations, types, schemas, false, false);
  }

  /** What the statements of a plan touch. */
  public static TouchedRelations of(ParsedPlan plan) {
    Collector collector = new Collector(plan.trees());
    plan.statements().forEach(collector::add);
    return new TouchedRelations(
        collector.relations,
        collector.types,
        collector.schemas,
        collector.complete,
        collector.complete && collector.relationsOnly);
  }

  /** What is found so far. */
  private static final class Collector {

    private final Trees trees;
    private final Set<QualifiedName> relations = new LinkedHashSet<>();
    private final Set<QualifiedName> types = new LinkedHashSet<>();
    private final Set<String> schemas = new LinkedHashSet<>();
    private boolean complete = true;
    private boolean relationsOnly = true;

    private Collector(Trees trees) {
      this.trees = trees;
    }

    private void add(Parsed parsed) {
      parsed.nodes().forEach(node -> add(node, parsed.statement().text()));
      complete &= parsed.refusal().isEmpty();
    }

    private void add(Node s, String sql) {
      walk(s.fields());
      relationsOnly &= isOfRelationsOnly(s);
      switch (s.kind()) {
        case "DropStmt" -> dropped(s);
        case "DoStmt" -> block(Block.of(trees, s, sql));
        case "SelectStmt" -> complete &= s.all("FuncCall").findAny().isEmpty();
        case "CallStmt", "ExecuteStmt", "DropOwnedStmt" -> complete = false;
        case "AlterObjectSchemaStmt", "RenameStmt" -> moved(s);
        default -> {
          // All that it touches it names as a table.
        }
      }
    }

    private static boolean isOfRelationsOnly(Node s) {
      return switch (s.kind()) {
        case "DropStmt" ->
            ChangesOfStatement.RELATIONS.contains(s.text("removeType"))
                || OF_RELATIONS.contains(s.text("removeType"));
        case "RenameStmt" -> s.has("relation");
        case "VariableSetStmt" -> !SessionRules.movesNames(s);
        default -> OF_RELATIONS_ONLY.contains(s.kind());
      };
    }

    private void moved(Node s) {
      if (s.text("renameType").equals("OBJECT_SCHEMA")) {
        schemas.add(s.text("subname"));
      }
    }

    private void dropped(Node s) {
      String type = s.text("removeType");
      for (Node object : s.list("objects")) {
        if (type.equals("OBJECT_SCHEMA")) {
          schemas.add(object.text("sval"));
        } else if (type.equals("OBJECT_TYPE") || type.equals("OBJECT_DOMAIN")) {
          type(object.fields().path("names"));
        } else if (ChangesOfStatement.RELATIONS.contains(type)) {
          relation(object.list("items"));
        } else if (OF_RELATIONS.contains(type)) {
          List<Node> parts = object.list("items");
          relation(parts.subList(0, parts.size() - 1));
        }
      }
    }

    private void relation(List<Node> parts) {
      if (!parts.isEmpty()) {
        relations.add(
            new QualifiedName(
                parts.size() > 1 ? parts.get(parts.size() - 2).text("sval") : "",
                parts.getLast().text("sval")));
      }
    }

    /** A RangeVar is known by its field, for where nothing else may stand it has no kind. */
    private void walk(JsonNode json) {
      if (json.hasNonNull("relname")) {
        relations.add(CreatedObjects.name(new Node("RangeVar", json)));
      }
      type(json.path("typeName").path("names"));
      json.forEach(this::walk);
    }

    private void type(JsonNode names) {
      List<String> parts =
          names.valueStream().map(name -> name.at("/String/sval").asText("")).toList();
      if (!parts.isEmpty() && !parts.getFirst().equals("pg_catalog")) {
        types.add(
            new QualifiedName(
                parts.size() > 1 ? parts.get(parts.size() - 2) : "", parts.getLast()));
      }
    }

    private void block(Block block) {
      complete &= block.complete();
      block.statements().forEach(each -> add(each, ""));
    }
  }
}
