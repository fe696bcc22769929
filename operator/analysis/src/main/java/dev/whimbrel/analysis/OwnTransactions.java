package dev.whimbrel.analysis;

import java.util.List;
import java.util.Set;

/** Statements that begin and end transactions of their own. */
final class OwnTransactions {

  private static final Set<String> OFF = Set.of("false", "off", "no", "0");

  private OwnTransactions() {}

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
