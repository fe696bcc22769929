package dev.whimbrel.analysis;

import java.util.Locale;
import java.util.Set;

/** What changes how the following statements run. */
final class SessionRules {

  /** Settings that protect live traffic, and who the runner is. */
  private static final Set<String> GUARDS =
      Set.of(
          "lock_timeout",
          "session_replication_role",
          "deadlock_timeout",
          "role",
          "session_authorization");

  /** Settings that decide which table a name without a schema means. */
  private static final Set<String> NAMES = Set.of("search_path", "role", "session_authorization");

  private static final Set<String> UTC = Set.of("UTC", "GMT", "ETC/UTC");

  private SessionRules() {}

  /** Whether names without a schema may mean other tables afterwards. */
  static boolean movesNames(Node s) {
    return switch (s.kind()) {
      case "DiscardStmt" -> true;
      case "VariableSetStmt" ->
          s.text("kind").equals("VAR_RESET_ALL") || movesNames(s.text("name"));
      default -> false;
    };
  }

  /** Whether a setting decides what names without a schema mean. */
  static boolean movesNames(String setting) {
    return NAMES.contains(setting.toLowerCase(Locale.ROOT));
  }

  /** Whether earlier statements may be undone. */
  static boolean takesBack(Node s) {
    return s.is("TransactionStmt") && s.text("kind").startsWith("TRANS_STMT_ROLLBACK");
  }

  /** Whether it sets the time zone to UTC. */
  static boolean setsUtc(Node s) {
    return s.is("VariableSetStmt")
        && s.text("name").equalsIgnoreCase("timezone")
        && s.text("kind").equals("VAR_SET_VALUE")
        && s.list("args").stream()
            .anyMatch(value ->
                UTC.contains(value.fields().at("/sval/sval").asText().toUpperCase(Locale.ROOT)));
  }

  static Judgement judge(Node s) {
    return switch (s.kind()) {
      case "AlterSystemStmt" ->
          Judgement.of(
              Rule.ALTER_SYSTEM, "ALTER SYSTEM changes the whole server, not this database");
      case "DiscardStmt" ->
          s.text("target").equals("DISCARD_ALL") ? weakensGuard() : setsSession("DISCARD");
      case "VariableSetStmt" -> set(s);
      default -> transaction(s);
    };
  }

  private static Judgement set(Node s) {
    boolean all = s.text("kind").equals("VAR_RESET_ALL");
    boolean resets = all || s.text("kind").equals("VAR_RESET");
    return all || guards(s.text("name")) ? weakensGuard() : setsSession(resets ? "RESET" : "SET");
  }

  private static Judgement setsSession(String verb) {
    return Judgement.of(
        Rule.SETS_SESSION, verb + " changes how the following statements work; read it");
  }

  private static Judgement transaction(Node s) {
    return switch (s.text("kind")) {
      case "TRANS_STMT_SAVEPOINT", "TRANS_STMT_RELEASE", "TRANS_STMT_ROLLBACK_TO" ->
          Judgement.of(
              Rule.SAVEPOINT,
              "the script takes back part of itself where something fails: read it");
      default ->
          Judgement.of(
              Rule.TRANSACTION_CONTROL,
              "the script ends or begins a transaction itself, so a failure can leave half of it"
                  + " behind; remove it, Flyway wraps each script in a transaction");
    };
  }

  static boolean guards(String setting) {
    return GUARDS.contains(setting.toLowerCase(Locale.ROOT));
  }

  static Judgement weakensGuard() {
    return Judgement.of(
        Rule.WEAKENS_GUARD,
        "changes lock_timeout, the role or what else protects live traffic; set spec.run.guard or"
            + " spec.database.postgres.role instead");
  }
}
