package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which relations a statement locks so that nobody reads them (ACCESS EXCLUSIVE), by its form; what
 * was measured is in locks-17.txt. What a foreign key or a partition locks besides is not among
 * them.
 */
final class StrongLocks {

  /** Actions of ALTER TABLE that let readers go on. */
  private static final Set<String> WEAKER =
      Set.of(
          "AT_SetStatistics",
          "AT_SetOptions",
          "AT_ResetOptions",
          "AT_SetRelOptions",
          "AT_ResetRelOptions",
          "AT_ClusterOn",
          "AT_DropCluster",
          "AT_ValidateConstraint",
          "AT_AttachPartition",
          "AT_EnableTrig",
          "AT_EnableTrigAll",
          "AT_EnableTrigUser",
          "AT_DisableTrig",
          "AT_DisableTrigAll",
          "AT_DisableTrigUser");

  private StrongLocks() {}

  static List<QualifiedName> of(Node s) {
    return switch (s.kind()) {
      case "AlterTableStmt" ->
          s.text("objtype").equals("OBJECT_TABLE")
                  && s.list("cmds").stream().anyMatch(StrongLocks::isStrong)
              ? List.of(s.relation("relation"))
              : List.of();
      case "RenameStmt" ->
          Set.of("OBJECT_TABLE", "OBJECT_COLUMN", "OBJECT_TABCONSTRAINT")
                  .contains(s.text("renameType"))
              ? List.of(s.relation("relation"))
              : List.of();
      case "AlterObjectSchemaStmt", "ClusterStmt" -> named(Stream.of(s.relation("relation")));
      case "TruncateStmt" -> named(s.list("relations").stream().map(CreatedObjects::name));
      case "DropStmt" ->
          s.text("removeType").equals("OBJECT_TABLE")
              ? s.list("objects").stream().map(DropRules::name).toList()
              : List.of();
      case "LockStmt" ->
          s.fields().path("mode").asInt() == 8
              ? named(s.list("relations").stream().map(CreatedObjects::name))
              : List.of();
      case "CreatePolicyStmt", "AlterPolicyStmt" -> List.of(s.relation("table"));
      case "RuleStmt" -> List.of(s.relation("relation"));
      case "CreateStmt" ->
          s.has("partbound")
              ? named(s.list("inhRelations").stream().map(CreatedObjects::name))
              : List.of();
      default -> List.of();
    };
  }

  private static boolean isStrong(Node action) {
    boolean foreignKey =
        action.text("subtype").equals("AT_AddConstraint")
            && action.node("def").text("contype").equals("CONSTR_FOREIGN");
    boolean concurrently =
        action.text("subtype").equals("AT_DetachPartition")
            && action.node("def").flag("concurrent");
    return !foreignKey && !concurrently && !WEAKER.contains(action.text("subtype"));
  }

  private static List<QualifiedName> named(Stream<QualifiedName> names) {
    return names.filter(name -> !name.name().isEmpty()).toList();
  }
}
