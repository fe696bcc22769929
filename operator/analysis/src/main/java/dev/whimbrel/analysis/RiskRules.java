package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.api.v1alpha1.Risk;
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
  private static final Set<String> CONSTRAINT_WORDS =
      Set.of("CONSTRAINT", "CHECK", "UNIQUE", "PRIMARY", "FOREIGN", "EXCLUDE");
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
          high("Truncate", "TRUNCATE removes every row and blocks readers; they cannot be undone");
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
    while (isAny(s, i, "GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED", "UNIQUE", "RECURSIVE")) {
      i++;
    }
    String what = word(s, i);
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
      return medium("Alter" + camel(word(s, 1)), "ALTER " + word(s, 1) + ": read it");
    }
    int i = 2;
    i += s.matches(i, "IF", "EXISTS") ? 2 : 0;
    i += s.matches(i, "ONLY") ? 1 : 0;
    QualifiedName table = s.nameAt(i).orElse(new QualifiedName("", ""));
    if (isNew(table)) {
      return low();
    }
    i += table.schema().isEmpty() ? 1 : 3;
    Judgement worst = low();
    for (int action : actions(s, i)) {
      worst = worst.or(action(s, action, table));
    }
    return worst;
  }

  /** Where the comma-separated actions of an ALTER TABLE begin. */
  private static List<Integer> actions(Statement s, int from) {
    List<Integer> starts = new ArrayList<>(List.of(from));
    int depth = 0;
    for (int i = from; i < s.tokens().size(); i++) {
      Token token = s.tokens().get(i);
      if (token.isSymbol('(')) {
        depth++;
      } else if (token.isSymbol(')')) {
        depth--;
      } else if (depth == 0 && token.isSymbol(',')) {
        starts.add(i + 1);
      }
    }
    return starts;
  }

  private static Judgement action(Statement s, int i, QualifiedName table) {
    return switch (word(s, i)) {
      case "ADD" -> add(s, i, table);
      case "DROP" ->
          s.matches(i + 1, "CONSTRAINT")
              ? medium("DropConstraint", "drops a constraint of " + table)
              : high("DropColumn", "drops a column of " + table + "; its values are lost");
      case "ALTER" ->
          medium(
              "AlterColumn",
              "alters a column of "
                  + table
                  + "; a new type may rewrite the table while nobody can read it");
      case "RENAME" ->
          medium("Rename", "renames in " + table + "; applications that use the old name fail");
      case "VALIDATE" -> medium("ValidateConstraint", "checks every row of " + table);
      default -> medium("AlterTable", "ALTER TABLE " + table + " " + word(s, i) + ": read it");
    };
  }

  private static Judgement add(Statement s, int add, QualifiedName table) {
    boolean column = s.matches(add + 1, "COLUMN");
    if (!column && CONSTRAINT_WORDS.contains(word(s, add + 1))) {
      return medium(
          "AddConstraint",
          "adds a constraint to "
              + table
              + ", which checks every row under a lock; NOT VALID and a later VALIDATE do not");
    }
    int end = actionEnd(s, add);
    for (int i = add + 1; i < end; i++) {
      if (s.matches(i, "NOT", "NULL")
          || isAny(s, i, "REFERENCES", "UNIQUE", "PRIMARY", "CHECK", "GENERATED", "CONSTRAINT")
          || word(s, i).contains("SERIAL")) {
        return medium("AddColumn", "adds a column with a constraint to " + table);
      }
      if (s.matches(i, "DEFAULT") && !isLiteral(s, i + 1, end)) {
        return medium(
            "AddColumnDefault",
            "adds a column to "
                + table
                + " whose default is not a constant; the table may be rewritten");
      }
    }
    return low();
  }

  private static boolean isLiteral(Statement s, int i, int end) {
    if (i >= end) {
      return false;
    }
    Token token = s.tokens().get(i);
    boolean constant =
        token.kind() == Token.Kind.STRING
            || token.kind() == Token.Kind.NUMBER
            || token.is("TRUE")
            || token.is("FALSE")
            || token.is("NULL");
    return constant && (i + 1 >= end || !s.tokens().get(i + 1).isSymbol('('));
  }

  private static int actionEnd(Statement s, int from) {
    int depth = 0;
    for (int i = from; i < s.tokens().size(); i++) {
      Token token = s.tokens().get(i);
      if (token.isSymbol('(')) {
        depth++;
      } else if (token.isSymbol(')')) {
        depth--;
      } else if (depth == 0 && token.isSymbol(',')) {
        return i;
      }
    }
    return s.tokens().size();
  }

  private Judgement drop(Statement s) {
    String what = word(s, 1);
    if (what.equals("DATABASE")) {
      return new Judgement(
          Risk.UNSAFE, "DropDatabase", "DROP DATABASE is never part of a migration; remove it");
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
            + " changes rows; there is no way back but a restore. Long ones block writers");
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
    boolean changes = s.tokens().stream().anyMatch(t -> CHANGES_DATA.contains(upper(t)));
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
    int i = isAny(s, 1, "LOCAL", "SESSION") ? 2 : 1;
    String setting = word(s, i).toLowerCase(Locale.ROOT);
    if (GUARD_SETTINGS.contains(setting)) {
      return weakensGuard();
    }
    return medium("SetsSession", "SET changes how the following statements work; read it");
  }

  private static Judgement reset(Statement s) {
    boolean guard =
        isAny(s, 1, "ALL") || GUARD_SETTINGS.contains(word(s, 1).toLowerCase(Locale.ROOT));
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

  private static boolean isAny(Statement s, int i, String... keywords) {
    for (String keyword : keywords) {
      if (s.matches(i, keyword)) {
        return true;
      }
    }
    return false;
  }

  private static String word(Statement s, int i) {
    return i < s.tokens().size() ? upper(s.tokens().get(i)) : "";
  }

  private static String upper(Token token) {
    return token.kind() == Token.Kind.WORD ? token.text().toUpperCase(Locale.ROOT) : "";
  }

  private static String camel(String word) {
    return word.isEmpty() ? "Object" : word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT);
  }

  private static Judgement low() {
    return new Judgement(Risk.LOW, "", "");
  }

  private static Judgement medium(String rule, String message) {
    return new Judgement(Risk.MEDIUM, rule, message);
  }

  private static Judgement high(String rule, String message) {
    return new Judgement(Risk.HIGH, rule, message);
  }

  /** A risk with its reason. */
  record Judgement(Risk risk, String rule, String message) {

    Judgement or(Judgement other) {
      return risk.compareTo(other.risk) >= 0 ? this : other;
    }
  }
}
