package dev.whimbrel.analysis;

import java.util.Set;

/**
 * Statements that change definitions and no rows, so that the catalog tells whether they ran. What
 * PostgreSQL's parser refuses is none.
 */
public final class Definitions {

  /** What makes, alters or drops a definition, and is not called so in parsenodes.h. */
  private static final Set<String> OTHERS =
      Set.of(
          "CommentStmt",
          "CompositeTypeStmt",
          "DefineStmt",
          "GrantRoleStmt",
          "GrantStmt",
          "IndexStmt",
          "ReindexStmt",
          "RenameStmt",
          "RuleStmt",
          "SecLabelStmt",
          "VacuumStmt",
          "ViewStmt");

  private Definitions() {}

  /** Whether a statement leaves nothing that the catalog does not tell of. */
  public static boolean only(Trees trees, Statement statement) {
    Parsed parsed = trees.of(statement);
    return parsed.refusal().isEmpty() && parsed.nodes().stream().allMatch(Definitions::only);
  }

  /** Whether a statement changes nothing but indexes, and no rows. */
  public static boolean indexesOnly(Trees trees, Statement statement) {
    Parsed parsed = trees.of(statement);
    return parsed.refusal().isEmpty()
        && parsed.nodes().stream()
            .allMatch(node ->
                switch (node.kind()) {
                  case "IndexStmt", "ReindexStmt", "VacuumStmt" -> true;
                  case "DropStmt" -> node.text("removeType").equals("OBJECT_INDEX");
                  default -> false;
                });
  }

  static boolean only(Node s) {
    return switch (s.kind()) {
      case "AlterSystemStmt", "AlterExtensionStmt", "CreateExtensionStmt" -> false;
      case "AlterSeqStmt" -> !LossOfAlter.restarts(s, "options");
      case "AlterTableStmt" ->
          s.list("cmds").stream()
              .noneMatch(action ->
                  action.text("subtype").equals("AT_SetIdentity")
                      && LossOfAlter.restarts(action, "def"));
      case "CreateTableAsStmt" -> LossOfQuery.of(s) == Loss.NOTHING;
      default -> isNamedSo(s) || OTHERS.contains(s.kind());
    };
  }

  private static boolean isNamedSo(Node s) {
    return s.kind().startsWith("Create")
        || s.kind().startsWith("Alter")
        || s.kind().startsWith("Drop");
  }
}
