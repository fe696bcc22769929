package dev.whimbrel.analysis;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What statements may do to rows. In doubt they do: a function that PostgreSQL does not bring, a
 * block that puts a statement together, and what PostgreSQL's parser refuses may do anything.
 *
 * @param mayDelete whether rows may be gone from a table, or be counted there no longer
 * @param mayChange whether rows may have been changed
 */
public record RowEffects(boolean mayDelete, boolean mayChange) {

  private static final Set<String> DELETING =
      Set.of(
          "CallStmt",
          "ExecuteStmt",
          "DropOwnedStmt",
          "TruncateStmt",
          "DeleteStmt",
          "MergeStmt",
          "RefreshMatViewStmt");

  /** What rows go with. */
  private static final Set<String> HOLDING =
      Set.of(
          "OBJECT_TABLE",
          "OBJECT_FOREIGN_TABLE",
          "OBJECT_MATVIEW",
          "OBJECT_SCHEMA",
          "OBJECT_EXTENSION");

  /** Rows of children are counted in their parents. */
  private static final Set<String> PARTING =
      Set.of("AT_DetachPartition", "AT_DetachPartitionFinalize", "AT_DropInherit", "AT_AddInherit");

  private static final Set<String> CALLING =
      Set.of("SelectStmt", "InsertStmt", "UpdateStmt", "CreateTableAsStmt", "CopyStmt");

  /** What neither changes rows nor leaves anything. */
  private static final Set<String> SETTINGS =
      Set.of("VariableSetStmt", "LockStmt", "TransactionStmt");

  /**
   * What some statements may do.
   *
   * @param own the table whose rows do not count, by its name: a tool's history
   */
  public static RowEffects of(Trees trees, List<Statement> statements, String own) {
    boolean mayDelete = false;
    boolean mayChange = false;
    for (Statement statement : statements) {
      Parsed parsed = trees.of(statement);
      mayDelete |= any(trees, parsed, node -> !isOwn(node, own) && deletes(node));
      mayChange |= any(trees, parsed, node -> !isOwn(node, own) && !keepsRows(node));
    }
    return new RowEffects(mayDelete, mayChange);
  }

  private static boolean any(Trees trees, Parsed parsed, Predicate<Node> effect) {
    return parsed.refusal().isPresent()
        || parsed.nodes().stream()
            .anyMatch(node -> {
              if (!node.is("DoStmt")) {
                return effect.test(node);
              }
              Block block = Block.of(trees, node, parsed.statement().text());
              return !block.complete() || block.statements().stream().anyMatch(effect);
            });
  }

  private static boolean isOwn(Node s, String table) {
    return switch (s.kind()) {
      case "InsertStmt", "UpdateStmt", "DeleteStmt" -> s.relation("relation").name().equals(table);
      default -> false;
    };
  }

  private static boolean deletes(Node s) {
    return switch (s.kind()) {
      case "DropStmt" -> HOLDING.contains(s.text("removeType"));
      case "AlterTableStmt" ->
          s.list("cmds").stream()
              .anyMatch(action ->
                  PARTING.contains(action.text("subtype")) || FunctionCalls.changeAnything(action));
      case "CreateFunctionStmt" -> mentions(s);
      default ->
          s.all(DELETING).findAny().isPresent()
              || CALLING.contains(s.kind()) && FunctionCalls.changeAnything(s);
    };
  }

  /** The body of a function, which a trigger of a later statement may call. */
  private static boolean mentions(Node function) {
    String text = function.fields().toString().toUpperCase(Locale.ROOT);
    return Stream.of("DELETE", "TRUNCATE", "MERGE").anyMatch(text::contains);
  }

  private static boolean keepsRows(Node s) {
    return SETTINGS.contains(s.kind())
        || Definitions.only(s)
        || s.is("SelectStmt") && LossOfQuery.changesNoRows(s) && !FunctionCalls.changeAnything(s);
  }
}
