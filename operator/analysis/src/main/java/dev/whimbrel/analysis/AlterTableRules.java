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
  private final Known known;
  private final List<Node> actions;
  private final boolean ofIndex;

  private AlterTableRules(QualifiedName table, String sql, Known known, Node alter) {
    this.table = table;
    this.sql = sql;
    this.known = known;
    this.actions = alter.list("cmds");
    this.ofIndex = alter.text("objtype").equals("OBJECT_INDEX");
  }

  /**
   * Judges one.
   *
   * @param alter an AlterTableStmt
   * @param sql the whole statement
   */
  static List<Judgement> judge(Node alter, String sql, Known known) {
    QualifiedName table = alter.relation("relation");
    AlterTableRules rules = new AlterTableRules(table, sql, known, alter);
    List<Judgement> found = new ArrayList<>();
    for (Node action : rules.actions) {
      switch (action.text("subtype")) {
        case "AT_AddColumn" ->
            found.addAll(AddedColumn.judge(action.node("def"), sql, table, known));
        case "AT_ValidateConstraint" -> {
          if (rules.actions.size() > 1) {
            found.add(rules.validates(action));
          }
        }
        case "AT_AlterColumnType" ->
            found.addAll(new ColumnTypeRules(table, sql, known).judge(action));
        case "AT_ColumnDefault", "AT_SetIdentity", "AT_AddIdentity", "AT_DropIdentity" ->
            NumberRules.column(action, table, known).forEach(found::add);
        default -> rules.action(action).ifPresent(found::add);
      }
      new ReplicaIdentity(table, known).judge(action).ifPresent(found::add);
    }
    return found;
  }

  /** What becomes part of a table that is new need not be new itself. */
  static List<Judgement> attached(Node alter, String sql, Known known) {
    QualifiedName table = alter.relation("relation");
    AlterTableRules rules = new AlterTableRules(table, sql, known, alter);
    return rules.actions.stream()
        .filter(action -> action.text("subtype").equals("AT_AttachPartition"))
        .filter(action -> !known.isNew(action.node("def").relation("name")))
        .flatMap(action -> rules.action(action).stream())
        .toList();
  }

  private Optional<Judgement> action(Node action) {
    String column = table + "." + action.text("name");
    return switch (action.text("subtype")) {
      case "AT_DropColumn" ->
          ofColumn(
              action,
              Rule.DROP_COLUMN,
              "drops column " + action.text("name") + " of " + table + "; its values are lost");
      case "AT_SetNotNull" -> setNotNull(action);
      case "AT_DropNotNull" ->
          ofColumn(
              action,
              Rule.DROP_NOT_NULL,
              column + " may be NULL afterwards; applications must expect it");
      case "AT_AddConstraint" -> AddedConstraint.judge(action.node("def"), sql, table, known);
      case "AT_DropConstraint" -> dropsConstraint(action);
      case "AT_SetStatistics",
          "AT_SetOptions",
          "AT_ResetOptions",
          "AT_SetStorage",
          "AT_SetCompression",
          "AT_SetRelOptions",
          "AT_ResetRelOptions",
          "AT_ClusterOn",
          "AT_DropCluster",
          "AT_ReplicaIdentity",
          "AT_DetachPartitionFinalize" ->
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
      // Of an index too, but what was measured is a moment on the two indexes.
      case "AT_AttachPartition" ->
          ofIndex
              ? Optional.empty()
              : ofPartition(
                  action,
                  Rule.ATTACH_PARTITION,
                  "reads the whole partition, and the default partition, under a lock, unless a"
                      + " CHECK like the bounds proves what is in them: add one first");
      case "AT_DetachPartition" ->
          action.node("def").flag("concurrent")
              ? Optional.empty()
              : ofPartition(
                  action,
                  Rule.DETACH_PARTITION,
                  "blocks readers of "
                      + table
                      + " and of the partition; DETACH PARTITION … CONCURRENTLY, alone in its"
                      + " script, does not");
      case "AT_ChangeOwner" ->
          found(
              Rule.OWNER_TO,
              "changes who owns "
                  + table
                  + "; what the owner may do without a GRANT, the old one may not any more");
      case "AT_EnableRowSecurity",
          "AT_DisableRowSecurity",
          "AT_ForceRowSecurity",
          "AT_NoForceRowSecurity" ->
          found(
              Rule.ROW_SECURITY,
              "changes whether policies decide which rows of "
                  + table
                  + " a role sees; switched on without a policy, it sees none");
      case "AT_AlterConstraint" ->
          found(
              Rule.ALTER_CONSTRAINT,
              "changes when a foreign key of " + table + " is checked; no row is read");
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
            judgement.calling("partition", Identifiers.quoted(action.node("def").relation("name"))))
        .map(judgement ->
            judgement.calling(
                "proof",
                PartitionBounds.proof(
                    action.node("def").struct("bound"),
                    sql,
                    Identifiers.quoted(table),
                    judgement.names().get("partition"),
                    Identifiers.quoted(action.node("def").relation("name").name() + "_bounds"))));
  }

  private Optional<Judgement> dropsConstraint(Node action) {
    String name = action.text("name");
    if (action.text("behavior").equals("DROP_CASCADE")) {
      return found(
          Rule.DROP_CASCADE,
          "DROP CONSTRAINT "
              + name
              + " CASCADE removes each foreign key of another table that relies on it; name them");
    }
    return known.proofs().isOurs(table, name)
        ? Optional.empty()
        : found(Rule.DROP_CONSTRAINT, "drops constraint " + name + " of " + table)
            .map(judgement -> judgement.calling("constraint", Identifiers.quoted(name)));
  }

  private Optional<Judgement> found(Rule rule, String message) {
    return Optional.of(Judgement.of(rule, message).on(table));
  }

  private Optional<Judgement> setNotNull(Node action) {
    String column = action.text("name");
    String dropped =
        actions.stream()
            .filter(other -> other.text("subtype").equals("AT_DropConstraint"))
            .map(other -> other.text("name"))
            .findFirst()
            .orElse("");
    boolean drops = !dropped.isEmpty();
    if (known.provesNotNull(table, column) && !drops) {
      return Optional.empty();
    }
    return drops
        ? ofColumn(
                action,
                Rule.SET_NOT_NULL_DROPS_PROOF,
                "a CHECK that goes in the same statement proves nothing, so all of "
                    + table
                    + " is read while nobody can read it; SET NOT NULL first, DROP CONSTRAINT in a"
                    + " statement after it")
            .map(judgement -> judgement.calling("constraint", Identifiers.quoted(dropped)))
        : ofColumn(
            action,
            Rule.SET_NOT_NULL,
            "reads all of "
                + table
                + " while nobody can read it, unless a valid CHECK ("
                + column
                + " IS NOT NULL) proves it: add that as NOT VALID and VALIDATE it first");
  }
}
