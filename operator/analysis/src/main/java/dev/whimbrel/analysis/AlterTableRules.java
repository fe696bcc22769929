package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What ALTER TABLE risks on a table that is in use. That a statement waits for its lock is no risk
 * of its own, since the guard bounds it; what counts is for how long it holds the lock, and what is
 * gone or refused afterwards.
 */
final class AlterTableRules {

  private final QualifiedName table;
  private final String sql;

  private AlterTableRules(QualifiedName table, String sql) {
    this.table = table;
    this.sql = sql;
  }

  /**
   * Judges one.
   *
   * @param alter an AlterTableStmt
   * @param sql the whole statement
   */
  static List<Judgement> judge(Node alter, String sql, CreatedObjects created) {
    QualifiedName table = alter.relation("relation");
    AlterTableRules rules = new AlterTableRules(table, sql);
    List<Node> actions = alter.list("cmds");
    List<Judgement> found = new ArrayList<>();
    for (Node action : actions) {
      switch (action.text("subtype")) {
        case "AT_AddColumn" ->
            found.addAll(AddedColumn.judge(action.node("def"), sql, table, created));
        case "AT_ValidateConstraint" -> {
          if (actions.size() > 1) {
            found.add(rules.validates(action));
          }
        }
        default -> rules.action(action).ifPresent(found::add);
      }
    }
    return found;
  }

  private Optional<Judgement> action(Node action) {
    String column = table + "." + action.text("name");
    return switch (action.text("subtype")) {
      case "AT_DropColumn" ->
          ofColumn(
              action,
              Rule.DROP_COLUMN,
              "drops column " + action.text("name") + " of " + table + "; its values are lost");
      case "AT_AlterColumnType" ->
          ofColumn(
                  action,
                  Rule.ALTER_COLUMN_TYPE,
                  "changes the type of "
                      + column
                      + "; unless it only grows (as varchar(20) to varchar(50) or text), the table"
                      + " and its indexes are rewritten while nobody can read it")
              .map(judgement -> judgement.calling("type", newType(action)));
      case "AT_SetNotNull" ->
          ofColumn(
              action,
              Rule.SET_NOT_NULL,
              "reads all of "
                  + table
                  + " while nobody can read it, unless a valid CHECK ("
                  + action.text("name")
                  + " IS NOT NULL) proves it: add that as NOT VALID and VALIDATE it first");
      case "AT_DropNotNull" ->
          ofColumn(
              action,
              Rule.DROP_NOT_NULL,
              column + " may be NULL afterwards; applications must expect it");
      case "AT_AddConstraint" -> AddedConstraint.judge(action.node("def"), sql, table);
      case "AT_DropConstraint" ->
          found(Rule.DROP_CONSTRAINT, "drops constraint " + action.text("name") + " of " + table)
              .map(judgement ->
                  judgement.calling("constraint", Identifiers.quoted(action.text("name"))));
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
          Optional.empty();
      case "AT_DisableTrig", "AT_DisableTrigAll", "AT_DisableTrigUser" ->
          found(
              Rule.DISABLE_TRIGGER, "rows of " + table + " are no longer checked by its triggers");
      default -> other(action);
    };
  }

  private Optional<Judgement> other(Node action) {
    return switch (action.text("subtype")) {
      case "AT_SetLogged",
          "AT_SetUnLogged",
          "AT_SetTableSpace",
          "AT_SetAccessMethod",
          "AT_SetExpression" ->
          found(
              Rule.REWRITES_TABLE,
              table + " and its indexes are rewritten while nobody can read it");
      case "AT_AttachPartition" ->
          ofPartition(
              action,
              Rule.ATTACH_PARTITION,
              "reads the whole partition, and the default partition, under a lock, unless a CHECK"
                  + " like the bounds proves what is in them: add one first");
      case "AT_DetachPartition" ->
          ofPartition(
              action,
              Rule.DETACH_PARTITION,
              "blocks readers of "
                  + table
                  + " and of the partition; DETACH PARTITION … CONCURRENTLY, alone in its script,"
                  + " does not");
      default ->
          found(
              Rule.ALTER_TABLE,
              "ALTER TABLE "
                  + table
                  + ", "
                  + action.text("subtype").replaceFirst("^AT_", "")
                  + ": read it");
    };
  }

  private Judgement validates(Node action) {
    return Judgement.of(
            Rule.VALIDATE_BESIDE,
            "checks every row of "
                + table
                + " under the lock of what stands beside it; VALIDATE alone, later")
        .on(table)
        .calling("constraint", Identifiers.quoted(action.text("name")));
  }

  private Optional<Judgement> ofColumn(Node action, Rule rule, String message) {
    return found(rule, message)
        .map(judgement -> judgement.calling("column", Identifiers.quoted(action.text("name"))));
  }

  private Optional<Judgement> ofPartition(Node action, Rule rule, String message) {
    return found(rule, message)
        .map(judgement ->
            judgement.calling(
                "partition", Identifiers.quoted(action.node("def").relation("name"))));
  }

  private Optional<Judgement> found(Rule rule, String message) {
    return Optional.of(Judgement.of(rule, message).on(table));
  }

  private String newType(Node action) {
    Node definition = action.node("def");
    return Clause.at(sql, definition.struct("typeName").location())
        .replaceFirst("(?is)\\s+(using|collate)\\s.*$", "");
  }
}
