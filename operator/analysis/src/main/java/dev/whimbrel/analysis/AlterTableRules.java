package dev.whimbrel.analysis;

import static dev.whimbrel.analysis.Judgement.high;
import static dev.whimbrel.analysis.Judgement.low;
import static dev.whimbrel.analysis.Judgement.medium;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.List;
import java.util.Locale;

/**
 * What ALTER TABLE risks on a table that is in use: the worst of its actions. That a statement
 * waits for its lock is no risk of its own, since the guard bounds it; what counts is for how long
 * it holds the lock, and what is gone or refused afterwards.
 */
final class AlterTableRules {

  private AlterTableRules() {}

  static Judgement judge(Node alter, CreatedObjects created) {
    QualifiedName table = alter.relation("relation");
    List<Node> actions = alter.list("cmds");
    Judgement worst = low();
    for (Node action : actions) {
      worst =
          worst.or(
              action.text("subtype").equals("AT_AddColumn")
                  ? AddedColumn.judge(action.node("def"), table, created)
                  : action(action, table, actions.size() == 1));
    }
    return worst;
  }

  private static Judgement action(Node action, QualifiedName table, boolean alone) {
    String column = table + "." + action.text("name");
    return switch (action.text("subtype")) {
      case "AT_DropColumn" ->
          high("DropColumn", "drops a column of " + table + "; its values are lost");
      case "AT_AlterColumnType" ->
          medium(
              "AlterColumn",
              "changes the type of "
                  + column
                  + "; unless it only grows (as varchar(20) to varchar(50) or text), the table and"
                  + " its indexes are rewritten while nobody can read it");
      case "AT_SetNotNull" ->
          medium(
              "SetNotNull",
              "reads all of "
                  + table
                  + " while nobody can read it, unless a valid CHECK ("
                  + action.text("name")
                  + " IS NOT NULL) proves it: add that as NOT VALID and VALIDATE it first");
      case "AT_DropNotNull" ->
          medium("AlterColumn", column + " may be NULL afterwards; applications must expect it");
      case "AT_AddConstraint" -> addConstraint(action.node("def"), table);
      case "AT_ValidateConstraint" ->
          alone
              ? low()
              : medium(
                  "ValidateConstraint",
                  "checks every row of "
                      + table
                      + " under the lock of what stands beside it; VALIDATE alone, later");
      case "AT_DropConstraint" -> medium("DropConstraint", "drops a constraint of " + table);
      case "AT_ColumnDefault",
          "AT_SetStatistics",
          "AT_SetOptions",
          "AT_ResetOptions",
          "AT_SetStorage",
          "AT_SetCompression",
          "AT_SetRelOptions",
          "AT_ResetRelOptions",
          "AT_ClusterOn",
          "AT_DropCluster",
          "AT_SetIdentity" ->
          low();
      case "AT_DisableTrig", "AT_DisableTrigAll", "AT_DisableTrigUser" ->
          high("DisableTrigger", "rows of " + table + " are no longer checked by its triggers");
      default -> other(action, table);
    };
  }

  private static Judgement other(Node action, QualifiedName table) {
    return switch (action.text("subtype")) {
      case "AT_SetLogged", "AT_SetUnLogged", "AT_SetTableSpace", "AT_SetAccessMethod" ->
          rewrites(table);
      case "AT_SetExpression" -> rewrites(table);
      case "AT_AttachPartition" ->
          medium(
              "AttachPartition",
              "reads the whole partition, and the default partition, under a lock, unless a CHECK"
                  + " like the bounds proves what is in them: add one first");
      case "AT_DetachPartition" ->
          medium(
              "DetachPartition",
              "blocks readers of "
                  + table
                  + " and of the partition; DETACH PARTITION … CONCURRENTLY, alone in its script,"
                  + " does not");
      default ->
          medium(
              "AlterTable",
              "ALTER TABLE "
                  + table
                  + ", "
                  + action.text("subtype").replaceFirst("^AT_", "")
                  + ": read it");
    };
  }

  private static Judgement rewrites(QualifiedName table) {
    return medium(
        "RewritesTable", table + " and its indexes are rewritten while nobody can read it");
  }

  private static Judgement addConstraint(Node constraint, QualifiedName table) {
    boolean later = constraint.flag("skip_validation");
    return switch (constraint.text("contype")) {
      case "CONSTR_CHECK" -> later ? low() : checksRows(table);
      case "CONSTR_FOREIGN" ->
          later
              ? medium(
                  "AddConstraint",
                  "writers of "
                      + table
                      + " and of "
                      + constraint.relation("pktable")
                      + " wait for a moment")
              : checksRows(table);
      case "CONSTR_UNIQUE", "CONSTR_PRIMARY" -> addKey(constraint, table);
      case "CONSTR_EXCLUSION" ->
          high(
              "AddExclusion",
              "builds an index and reads all of "
                  + table
                  + " twice while nobody can read it; there is no way to do it online");
      default -> checksRows(table);
    };
  }

  private static Judgement addKey(Node constraint, QualifiedName table) {
    boolean unique = constraint.text("contype").equals("CONSTR_UNIQUE");
    if (!constraint.has("indexname")) {
      return medium(
          "AddConstraint",
          "builds an index while nobody can read "
              + table
              + "; CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … "
              + constraint.text("contype").replace("CONSTR_", "").toUpperCase(Locale.ROOT)
              + " … USING INDEX");
    }
    return unique
        ? low()
        : medium(
            "AddConstraint",
            "reads all of "
                + table
                + " while nobody can read it where a column of the key is not NOT NULL yet");
  }

  private static Judgement checksRows(QualifiedName table) {
    return medium(
        "AddConstraint",
        "adds a constraint to "
            + table
            + ", which checks every row under a lock; NOT VALID and a later VALIDATE do not");
  }
}
