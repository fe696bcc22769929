package dev.whimbrel.analysis;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Statements that begin and end transactions of their own. */
public final class OwnTransactions {

  private static final Set<String> OFF = Set.of("false", "off", "no", "0");

  /** One of these stands in whatever refuses a transaction: most texts need not be parsed. */
  private static final Pattern REFUSING =
      Pattern.compile(
          "concurrently|vacuum|cluster|reindex|database|tablespace|subscription|system|discard",
          Pattern.CASE_INSENSITIVE);

  private static final Set<String> BORDERS =
      Set.of(
          "TRANS_STMT_BEGIN",
          "TRANS_STMT_START",
          "TRANS_STMT_COMMIT",
          "TRANS_STMT_ROLLBACK",
          "TRANS_STMT_PREPARE",
          "TRANS_STMT_COMMIT_PREPARED",
          "TRANS_STMT_ROLLBACK_PREPARED");

  /** With which of them one begins: other texts need not be parsed. */
  private static final Set<String> BEGINNING =
      Set.of("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "PREPARE");

  private OwnTransactions() {}

  /**
   * Whether PostgreSQL refuses a statement inside a transaction block, by its text alone: REINDEX
   * and CLUSTER of a partitioned table are refused, too. False where its parser refuses it
   * altogether, which the judgement of a plan tells.
   */
  public static boolean refusesTransaction(Trees trees, Statement statement) {
    return REFUSING.matcher(statement.text()).find()
        && nodes(trees, statement).anyMatch(OwnTransactions::refusesTransaction);
  }

  /** Whether a statement begins or ends a transaction; a savepoint does neither. */
  public static boolean isBorder(Trees trees, Statement statement) {
    return BEGINNING.contains(statement.firstWord())
        && nodes(trees, statement)
            .anyMatch(node -> node.is("TransactionStmt") && BORDERS.contains(node.text("kind")));
  }

  private static Stream<Node> nodes(Trees trees, Statement statement) {
    return trees.of(statement).nodes().stream();
  }

  /** Whether it works without blocking writers, in several transactions of its own. */
  static boolean isConcurrent(Node s) {
    return switch (s.kind()) {
      case "IndexStmt", "DropStmt" -> s.flag("concurrent");
      case "ReindexStmt" -> hasOption(s, "params", "concurrently");
      case "AlterTableStmt" ->
          s.list("cmds").stream()
              .anyMatch(action ->
                  action.text("subtype").equals("AT_DetachPartition")
                      && action.node("def").flag("concurrent"));
      default -> false;
    };
  }

  /**
   * Whether PostgreSQL refuses it inside a transaction block (PreventInTransactionBlock in
   * utility.c and what it calls). Not where that depends on the catalog: REINDEX and CLUSTER of a
   * partitioned table.
   */
  static boolean refusesTransaction(Node s) {
    return switch (s.kind()) {
      case "CreatedbStmt",
          "DropdbStmt",
          "CreateTableSpaceStmt",
          "DropTableSpaceStmt",
          "DropSubscriptionStmt",
          "AlterSystemStmt" ->
          true;
      case "VacuumStmt" -> s.flag("is_vacuumcmd");
      case "ClusterStmt" -> !s.has("relation");
      case "ReindexStmt" ->
          isConcurrent(s)
              || Set.of("REINDEX_OBJECT_SCHEMA", "REINDEX_OBJECT_SYSTEM", "REINDEX_OBJECT_DATABASE")
                  .contains(s.text("kind"));
      case "CreateSubscriptionStmt" -> !isOff(s, "create_slot") && !isOff(s, "connect");
      case "AlterSubscriptionStmt" -> s.text("kind").equals("ALTER_SUBSCRIPTION_REFRESH");
      case "AlterDatabaseStmt" -> hasOption(s, "options", "tablespace");
      case "DiscardStmt" -> s.text("target").equals("DISCARD_ALL");
      default -> isConcurrent(s);
    };
  }

  /** Whether an option is written, and not as one that is off. */
  static boolean hasOption(Node s, String field, String name) {
    return named(s, field, name).stream().anyMatch(option -> !isOff(option));
  }

  private static boolean isOff(Node s, String name) {
    return named(s, "options", name).stream().anyMatch(OwnTransactions::isOff);
  }

  private static boolean isOff(Node option) {
    Node value = option.node("arg");
    // A zero has no field of its own in the tree.
    return value.is("Integer") && value.fields().path("ival").asInt() == 0
        || value.is("Boolean") && !value.flag("boolval")
        || OFF.contains(value.text("sval"));
  }

  private static List<Node> named(Node s, String field, String name) {
    return s.list(field).stream().filter(option -> option.text("defname").equals(name)).toList();
  }
}
