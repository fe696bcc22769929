package dev.whimbrel.analysis;

import static dev.whimbrel.analysis.Judgement.high;
import static dev.whimbrel.analysis.Judgement.low;
import static dev.whimbrel.analysis.Judgement.medium;
import static dev.whimbrel.analysis.Judgement.unsafe;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What one statement risks. The classes: Low adds a nullable column, an index, a table; Medium
 * alters a column, adds a constraint, renames, or is not known; High drops what holds data, changes
 * data, or weakens what guards live traffic; Unsafe must not run.
 *
 * <p>Tables created earlier in the same plan hold no data of users yet, so what is done to them is
 * Low. That is why one instance judges the statements of one plan, in order.
 */
final class RiskRules {

  private static final Set<String> LOW_CREATE =
      Set.of("SCHEMA", "SEQUENCE", "TYPE", "DOMAIN", "VIEW", "COLLATION", "STATISTICS");
  private static final Set<String> HIGH_DROP = Set.of("TABLE", "SCHEMA", "OWNED", "TABLESPACE");
  private static final Set<String> CHANGES_DATA = Set.of("DELETE", "UPDATE", "INSERT", "MERGE");
  private static final Set<String> GUARD_SETTINGS =
      Set.of("lock_timeout", "session_replication_role", "deadlock_timeout");

  private final List<QualifiedName> created = new ArrayList<>();

  /** The worst that this statement does. */
  Judgement judge(Statement statement) {
    return switch (statement.firstWord()) {
      case "CREATE" -> create(statement);
      case "ALTER" -> alter(statement);
      case "DROP" -> drop(statement);
      case "TRUNCATE" ->
          high("Truncate", "TRUNCATE removes every row for good, and blocks readers meanwhile");
      case "DELETE", "UPDATE", "MERGE" -> changesData(statement);
      case "INSERT" -> insert(statement);
      case "COPY" -> copy(statement);
      case "WITH" -> with(statement);
      case "SELECT", "VALUES" -> select(statement);
      case "SET" -> set(statement);
      case "RESET", "DISCARD" -> reset(statement);
      case "COMMIT", "BEGIN", "ROLLBACK", "START", "END", "ABORT" ->
          high(
              "TransactionControl",
              "the script ends or begins a transaction itself, so a failure can leave half of it"
                  + " behind; remove it, Flyway wraps each script in a transaction");
      case "DO" -> anonymousBlock(statement);
      case "CALL" -> medium("Procedure", "what a procedure does cannot be told from the script");
      case "COMMENT", "ANALYZE", "NOTIFY" -> low();
      case "VACUUM" ->
          statement.contains("FULL")
              ? medium("VacuumFull", "VACUUM FULL rewrites the table and blocks readers")
              : low();
      case "REINDEX" ->
          statement.contains("CONCURRENTLY")
              ? low()
              : medium("Reindex", "REINDEX blocks writers; REINDEX … CONCURRENTLY does not");
      case "GRANT", "REVOKE" -> medium("Privileges", "changes who may do what");
      case "LOCK" -> medium("LockTable", "LOCK TABLE blocks others until the script ends");
      default ->
          medium(
              "UnknownStatement",
              "not classified: " + statement.tokens().get(0).text() + "; read it before approving");
    };
  }

  private Judgement create(Statement s) {
    int i = 1;
    boolean replace = s.matches(i, "OR", "REPLACE");
    i += replace ? 2 : 0;
    while (s.isAny(i, "GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED", "UNIQUE", "RECURSIVE")) {
      i++;
    }
    String what = s.word(i);
    if (what.equals("TABLE")) {
      return createTable(s, i);
    } else if (what.equals("INDEX")) {
      return createIndex(s, i);
    } else if (LOW_CREATE.contains(what) && !replace) {
      return low();
    } else if (what.equals("DATABASE")) {
      return medium("CreateDatabase", "CREATE DATABASE is outside of this migration's database");
    }
    return medium(
        "Create" + camel(what), "CREATE " + (replace ? "OR REPLACE " : "") + what + ": read it");
  }

  private Judgement createTable(Statement s, int table) {
    int name = table + 1 + (s.matches(table + 1, "IF", "NOT", "EXISTS") ? 3 : 0);
    boolean conditional = name > table + 1;
    // IF NOT EXISTS may find a table that holds data, so it does not count as new.
    if (!conditional) {
      s.nameAt(name).ifPresent(created::add);
    }
    boolean copies =
        s.find(name, "AS", "SELECT").isPresent() || s.find(name, "AS", "TABLE").isPresent();
    return copies
        ? medium(
            "CreateTableAs",
            "CREATE TABLE AS reads and copies rows; it takes as long as they are many")
        : low();
  }

  private Judgement createIndex(Statement s, int index) {
    if (s.matches(index + 1, "CONCURRENTLY")) {
      return low();
    }
    boolean onNew =
        s.find(index, "ON")
            .flatMap(on -> s.nameAt(s.matches(on + 1, "ONLY") ? on + 2 : on + 1))
            .filter(this::isNew)
            .isPresent();
    return onNew
        ? low()
        : medium(
            "CreateIndex",
            "CREATE INDEX blocks writers until it is built; CREATE INDEX CONCURRENTLY, alone in its"
                + " script, does not");
  }

  private Judgement alter(Statement s) {
    if (s.matches(1, "SYSTEM")) {
      return high("AlterSystem", "ALTER SYSTEM changes the whole server, not this database");
    }
    if (!s.matches(1, "TABLE")) {
      return medium("Alter" + camel(s.word(1)), "ALTER " + s.word(1) + ": read it");
    }
    return AlterTable.of(s)
        .map(alter -> isNew(alter.table()) ? low() : AlterTableRules.judge(alter))
        .orElseGet(() -> medium("AlterTable", "ALTER TABLE without a table: read it"));
  }

  private Judgement drop(Statement s) {
    String what = s.word(1);
    if (what.equals("DATABASE")) {
      return unsafe("DropDatabase", "DROP DATABASE is never part of a migration; remove it");
    }
    if (what.equals("TABLE")) {
      int name = s.matches(2, "IF", "EXISTS") ? 4 : 2;
      boolean alone = s.tokens().stream().noneMatch(token -> token.isSymbol(','));
      if (alone && s.nameAt(name).filter(this::isNew).isPresent() && !s.contains("CASCADE")) {
        return medium("DropNewTable", "drops a table that this plan creates");
      }
    }
    if (HIGH_DROP.contains(what)) {
      return high("Drop" + camel(what), "DROP " + what + " removes data for good");
    }
    if (s.contains("CASCADE")) {
      return high(
          "DropCascade", "DROP … CASCADE removes whatever depends on it; name those things");
    }
    if (what.equals("INDEX") && s.matches(2, "CONCURRENTLY")) {
      return medium("DropIndex", "drops an index; queries that used it become slow");
    }
    return medium("Drop" + camel(what), "DROP " + what + ": what uses it fails afterwards");
  }

  private Judgement changesData(Statement s) {
    return high(
        "ChangesData",
        s.firstWord()
            + " changes rows; what they held before is in a backup only, unless the revision's way"
            + " back keeps it. Long ones block writers");
  }

  private Judgement insert(Statement s) {
    boolean literals = s.contains("VALUES") && !s.contains("SELECT") && !s.contains("DO", "UPDATE");
    if (!literals) {
      return high("ChangesData", "INSERT … SELECT or ON CONFLICT DO UPDATE migrates data");
    }
    boolean intoNew = s.nameAt(2).filter(this::isNew).isPresent();
    return intoNew ? low() : medium("InsertsRows", "inserts rows into a table that is in use");
  }

  private Judgement copy(Statement s) {
    if (s.contains("PROGRAM")) {
      return high("CopyProgram", "COPY … PROGRAM runs a program on the database server");
    }
    boolean intoNew = s.nameAt(1).filter(this::isNew).isPresent();
    return intoNew ? low() : medium("InsertsRows", "COPY into or out of a table that is in use");
  }

  private static Judgement with(Statement s) {
    boolean changes = s.tokens().stream().anyMatch(t -> CHANGES_DATA.contains(t.keyword()));
    return changes ? high("ChangesData", "WITH … changes rows") : select(s);
  }

  private static Judgement select(Statement s) {
    for (int i = 0; i + 1 < s.tokens().size(); i++) {
      if (s.tokens().get(i).isName() && s.tokens().get(i + 1).isSymbol('(')) {
        return functionCall(s);
      }
    }
    return s.contains("INTO") ? medium("SelectInto", "SELECT INTO creates a table") : low();
  }

  private static Judgement functionCall(Statement s) {
    boolean weakens =
        s.contains("set_config")
            && s.tokens().stream()
                .anyMatch(t -> GUARD_SETTINGS.contains(t.text().toLowerCase(Locale.ROOT)));
    return weakens
        ? weakensGuard()
        : medium("CallsFunction", "what a called function does cannot be told from the script");
  }

  private static Judgement set(Statement s) {
    int i = s.isAny(1, "LOCAL", "SESSION") ? 2 : 1;
    String setting = s.word(i).toLowerCase(Locale.ROOT);
    if (GUARD_SETTINGS.contains(setting)) {
      return weakensGuard();
    }
    return medium("SetsSession", "SET changes how the following statements work; read it");
  }

  private static Judgement reset(Statement s) {
    boolean guard =
        s.isAny(1, "ALL") || GUARD_SETTINGS.contains(s.word(1).toLowerCase(Locale.ROOT));
    return guard ? weakensGuard() : medium("SetsSession", "RESET changes the session; read it");
  }

  private static Judgement weakensGuard() {
    return high(
        "WeakensGuard",
        "changes lock_timeout or what else protects live traffic; set spec.run.guard instead");
  }

  private static Judgement anonymousBlock(Statement s) {
    for (Token token : s.tokens()) {
      if (token.kind() == Token.Kind.STRING && isDestructive(token.text())) {
        return high("ChangesData", "a DO block drops, truncates or changes rows");
      }
    }
    return medium("AnonymousBlock", "what a DO block does cannot be told from the script");
  }

  private static boolean isDestructive(String body) {
    try {
      for (Statement inner : Tokenizer.statements(body)) {
        if (inner.contains("DROP", "TABLE")
            || inner.contains("DROP", "COLUMN")
            || inner.contains("DROP", "SCHEMA")
            || inner.contains("TRUNCATE")
            || inner.contains("DELETE", "FROM")
            || (inner.contains("UPDATE") && inner.contains("SET"))) {
          return true;
        }
      }
      return false;
    } catch (UnreadableSql e) {
      return true;
    }
  }

  private boolean isNew(QualifiedName name) {
    return created.stream().anyMatch(name::mayBe);
  }

  private static String camel(String word) {
    return word.isEmpty() ? "Object" : word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT);
  }
}
