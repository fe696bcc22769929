package dev.whimbrel.analysis;

import java.util.Set;

/**
 * What is lost where something is altered. DROP NOT NULL and DROP DEFAULT take back a rule; what
 * the table holds is not touched. A new type converts values, and they may not convert back.
 */
final class LossOfAlter {

  /** Actions of ALTER TABLE and its like that leave all that was there. */
  private static final Set<String> KEEPING =
      Set.of(
          "AT_ColumnDefault",
          "AT_DropNotNull",
          "AT_SetNotNull",
          "AT_SetStatistics",
          "AT_SetOptions",
          "AT_ResetOptions",
          "AT_SetStorage",
          "AT_SetCompression",
          "AT_AddConstraint",
          "AT_AlterConstraint",
          "AT_ValidateConstraint",
          "AT_AddIndexConstraint",
          "AT_ChangeOwner",
          "AT_ClusterOn",
          "AT_DropCluster",
          "AT_SetLogged",
          "AT_SetUnLogged",
          "AT_SetAccessMethod",
          "AT_SetTableSpace",
          "AT_SetRelOptions",
          "AT_ResetRelOptions",
          "AT_ReplaceRelOptions",
          "AT_EnableTrig",
          "AT_EnableAlwaysTrig",
          "AT_EnableReplicaTrig",
          "AT_DisableTrig",
          "AT_EnableTrigAll",
          "AT_DisableTrigAll",
          "AT_EnableTrigUser",
          "AT_DisableTrigUser",
          "AT_EnableRule",
          "AT_EnableAlwaysRule",
          "AT_EnableReplicaRule",
          "AT_DisableRule",
          "AT_AddInherit",
          "AT_DropInherit",
          "AT_AddOf",
          "AT_DropOf",
          "AT_ReplicaIdentity",
          "AT_EnableRowSecurity",
          "AT_DisableRowSecurity",
          "AT_ForceRowSecurity",
          "AT_NoForceRowSecurity",
          "AT_AttachPartition",
          "AT_DetachPartition",
          "AT_DetachPartitionFinalize",
          "AT_AddIdentity");

  /** Whose name, owner and schema can be changed without touching what anything holds. */
  private static final Set<String> OBJECTS =
      Set.of(
          "OBJECT_TABLE",
          "OBJECT_COLUMN",
          "OBJECT_TABCONSTRAINT",
          "OBJECT_FOREIGN_TABLE",
          "OBJECT_INDEX",
          "OBJECT_TYPE",
          "OBJECT_ATTRIBUTE",
          "OBJECT_DOMAIN",
          "OBJECT_DOMCONSTRAINT",
          "OBJECT_VIEW",
          "OBJECT_MATVIEW",
          "OBJECT_SCHEMA",
          "OBJECT_SEQUENCE",
          "OBJECT_FUNCTION",
          "OBJECT_PROCEDURE",
          "OBJECT_TRIGGER",
          "OBJECT_POLICY",
          "OBJECT_RULE");

  private LossOfAlter() {}

  /**
   * What one statement loses.
   *
   * @param drops whether a constraint may be dropped: who adds it again has all of it
   */
  static Loss of(Node s, boolean drops) {
    return switch (s.kind()) {
      case "AlterTableStmt" ->
          s.list("cmds").stream()
              .map(action -> action(action, drops))
              .reduce(Loss.NOTHING, Loss::or);
      case "AlterDomainStmt" ->
          Loss.unless(!s.text("subtype").equals("X") || drops && !cascades(s));
      case "AlterSeqStmt" -> Loss.unless(!restarts(s, "options"));
      case "RenameStmt" -> Loss.unless(OBJECTS.contains(s.text("renameType")));
      case "AlterObjectSchemaStmt", "AlterOwnerStmt" ->
          Loss.unless(OBJECTS.contains(s.text("objectType")));
      case "AlterEnumStmt", "AlterTypeStmt", "AlterFunctionStmt", "AlterPolicyStmt" -> Loss.NOTHING;
      default -> Loss.SOMETHING;
    };
  }

  private static Loss action(Node action, boolean drops) {
    return switch (action.text("subtype")) {
      case "AT_AddColumn" -> LossOfQuery.ofCalls(action);
      case "AT_DropConstraint" -> Loss.unless(drops && !cascades(action));
      case "AT_SetIdentity" -> Loss.unless(!restarts(action, "def"));
      default -> Loss.unless(KEEPING.contains(action.text("subtype")));
    };
  }

  static boolean restarts(Node s, String options) {
    return s.fields().path(options).findValuesAsText("defname").contains("restart");
  }

  static boolean cascades(Node s) {
    return s.text("behavior").equals("DROP_CASCADE");
  }
}
