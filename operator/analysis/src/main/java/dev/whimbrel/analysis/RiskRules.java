package dev.whimbrel.analysis;

import static dev.whimbrel.analysis.Judgement.high;
import static dev.whimbrel.analysis.Judgement.low;
import static dev.whimbrel.analysis.Judgement.medium;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.analysis.pgquery.SqlRefused;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What one statement risks, told from PostgreSQL's own parse tree. The classes: Low adds a nullable
 * column, an index, a table; Medium alters a column, adds a constraint, renames, or is not known;
 * High drops what holds data, changes data, or weakens what guards live traffic; Unsafe must not
 * run. What cannot be parsed is Medium.
 *
 * <p>Tables created earlier in the same plan hold no data of users yet, so what is done to them is
 * Low. That is why one instance judges the statements of one plan, in order.
 */
final class RiskRules {

  private static final Set<String> LOW =
      Set.of(
          "CreateSeqStmt",
          "CreateEnumStmt",
          "CompositeTypeStmt",
          "CreateRangeStmt",
          "CreateDomainStmt",
          "DefineStmt",
          "CreateStatsStmt",
          "CommentStmt",
          "NotifyStmt");

  private final PgQuery parser;
  private final CreatedObjects created = new CreatedObjects();
  private final QueryRules queries = new QueryRules(created);

  RiskRules(PgQuery parser) {
    this.parser = parser;
  }

  /** The worst that this statement does. */
  Judgement judge(Statement statement) {
    try {
      Judgement worst = low();
      for (Node node : Node.of(parser, statement.text())) {
        worst = worst.or(judge(node, statement));
      }
      return worst;
    } catch (SqlRefused e) {
      return medium(
          "UnreadableSql",
          "PostgreSQL's parser refuses it in line "
              + (statement.line() + e.line() - 1)
              + ": "
              + e.getMessage()
              + "; nothing of it was assessed");
    }
  }

  private Judgement judge(Node s, Statement statement) {
    if (LOW.contains(s.kind())) {
      if (!s.is("CreateDomainStmt")) {
        created.addType(
            s.is("CompositeTypeStmt") ? s.relation("typevar").name() : s.lastName("typeName"));
      }
      return low();
    }
    return switch (s.kind()) {
      case "SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CopyStmt" ->
          queries.judge(s);
      case "TruncateStmt" ->
          high("Truncate", "TRUNCATE removes every row for good, and blocks readers meanwhile");
      case "AlterTableStmt" -> alterTable(s, statement);
      case "RenameStmt" -> rename(s);
      case "VariableSetStmt", "DiscardStmt", "TransactionStmt", "AlterSystemStmt" -> session(s);
      case "ExplainStmt", "PrepareStmt" -> judge(s.node("query"), statement);
      case "DoStmt" -> block(statement);
      case "CallStmt" ->
          medium("Procedure", "what a procedure does cannot be told from the script");
      case "VacuumStmt" -> vacuum(s);
      case "ClusterStmt" ->
          medium("RewritesTable", "CLUSTER rewrites the table while nobody can read it");
      case "ReindexStmt" ->
          options(s).contains("concurrently")
              ? low()
              : medium("Reindex", "REINDEX blocks writers; REINDEX … CONCURRENTLY does not");
      case "GrantStmt", "GrantRoleStmt", "AlterDefaultPrivilegesStmt" ->
          medium("Privileges", "changes who may do what");
      case "LockStmt" -> medium("LockTable", "LOCK TABLE blocks others until the script ends");
      case "DropStmt", "DropdbStmt", "DropOwnedStmt", "DropTableSpaceStmt" ->
          DropRules.judge(s, statement, created);
      default -> create(s, statement);
    };
  }

  private Judgement session(Node s) {
    if (SessionRules.movesNames(s)) {
      created.searchPathChanges();
    }
    if (SessionRules.takesBack(s)) {
      created.clear();
    }
    return SessionRules.judge(s);
  }

  /** Another script follows. */
  void scriptEnds() {
    created.scriptEnds();
  }

  private Judgement create(Node s, Statement statement) {
    return switch (s.kind()) {
      case "CreateStmt" -> createTable(s);
      case "CreateTableAsStmt" ->
          medium(
              "CreateTableAs",
              "CREATE … AS reads and copies rows; it takes as long as they are many");
      case "IndexStmt" -> createIndex(s);
      case "ViewStmt" ->
          s.flag("replace")
              ? medium("CreateView", "CREATE OR REPLACE VIEW blocks readers of the view: read it")
              : low();
      case "CreateSchemaStmt" -> {
        Judgement worst = low();
        for (Node element : s.list("schemaElts")) {
          worst = worst.or(judge(element, statement));
        }
        yield worst;
      }
      case "CreateTrigStmt", "RuleStmt" ->
          onTable(s, "relation", named(statement, ": what it does to each row is in its function"));
      case "CreatePolicyStmt" ->
          onTable(s, "table", named(statement, " decides who sees which rows: read it"));
      case "CreatedbStmt" ->
          medium("CreateDatabase", "CREATE DATABASE is outside of this migration's database");
      case "AlterObjectSchemaStmt" -> {
        created.remove(s.relation("relation"));
        yield named(statement, ": read it before approving");
      }
      default -> named(statement, ": read it before approving");
    };
  }

  private Judgement onTable(Node s, String field, Judgement inUse) {
    return created.contains(s.relation(field)) ? low() : inUse;
  }

  private Judgement createTable(Node s) {
    QualifiedName table = s.relation("relation");
    boolean partition = s.has("partbound");
    List<Node> parents = s.list("inhRelations");
    boolean ofNew =
        parents.stream().allMatch(parent -> created.contains(CreatedObjects.name(parent)));
    // IF NOT EXISTS may find a table that holds data, so it does not count as new.
    if (s.struct("relation").text("relpersistence").equals("t")) {
      created.addTemporary(table);
    } else if (!s.flag("if_not_exists")) {
      created.add(table);
    }
    return partition && !ofNew
        ? medium(
            "CreatePartition",
            "CREATE TABLE … PARTITION OF blocks readers of the whole table, and reads its default"
                + " partition; CREATE TABLE … (LIKE …) with a CHECK like the bounds, then ATTACH"
                + " PARTITION, does not")
        : low();
  }

  private Judgement createIndex(Node s) {
    return s.flag("concurrent") || created.contains(s.relation("relation"))
        ? low()
        : medium(
            "CreateIndex",
            "CREATE INDEX blocks writers until it is built; CREATE INDEX CONCURRENTLY, alone in its"
                + " script, does not");
  }

  private Judgement alterTable(Node s, Statement statement) {
    boolean table =
        Set.of("OBJECT_TABLE", "OBJECT_FOREIGN_TABLE", "OBJECT_MATVIEW")
            .contains(s.text("objtype"));
    if (!table && !s.text("objtype").equals("OBJECT_INDEX")) {
      return named(statement, ": read it before approving");
    }
    return created.contains(s.relation("relation")) ? low() : AlterTableRules.judge(s, created);
  }

  private Judgement rename(Node s) {
    return switch (s.text("renameType")) {
      case "OBJECT_INDEX", "OBJECT_TABCONSTRAINT" -> low();
      default -> {
        QualifiedName relation = s.relation("relation");
        boolean ofTable = !relation.name().isEmpty();
        boolean isNew = ofTable && created.contains(relation);
        if (s.text("renameType").equals("OBJECT_TABLE")) {
          renamed(relation, new QualifiedName(relation.schema(), s.text("newname")), isNew);
        }
        if (isNew) {
          yield low();
        }
        yield medium(
            "Rename",
            "renames "
                + (ofTable ? "in " + relation : "an object")
                + "; applications that use the old name fail");
      }
    };
  }

  private void renamed(QualifiedName from, QualifiedName to, boolean isNew) {
    created.remove(from);
    created.remove(to);
    if (isNew) {
      created.add(to);
    }
  }

  private Judgement vacuum(Node s) {
    return options(s).contains("full")
        ? medium("VacuumFull", "VACUUM FULL rewrites the table and blocks readers")
        : low();
  }

  private static List<String> options(Node s) {
    return Stream.of("options", "params")
        .flatMap(field -> s.list(field).stream())
        .map(option -> option.text("defname"))
        .toList();
  }

  /** What a DO block shows is judged as if it stood in the script; the rest is not known. */
  private Judgement block(Statement statement) {
    Judgement worst =
        medium("AnonymousBlock", "what a DO block does cannot be told from the script");
    try {
      Node body = new Node("", parser.plpgsql(statement.text()));
      for (Node execute : body.all("PLpgSQL_stmt_execsql").toList()) {
        String sql = execute.fields().at("/sqlstmt/PLpgSQL_expr/query").asText();
        worst = worst.or(inner(sql));
      }
      for (Node execute : body.all("PLpgSQL_stmt_dynexecute").toList()) {
        worst = worst.or(dynamic(execute.fields().at("/query/PLpgSQL_expr/query").asText()));
      }
      return worst;
    } catch (SqlRefused e) {
      return medium("UnreadableSql", "the body of the DO block cannot be read: " + e.getMessage());
    }
  }

  /** On its own: what a block creates it may create under a condition. */
  private Judgement inner(String sql) {
    try {
      Judgement worst = low();
      for (Node node : Node.of(parser, sql)) {
        worst =
            worst.or(
                new RiskRules(parser)
                    .judge(
                        node, new Statement(Tokenizer.statements(sql).getFirst().tokens(), sql)));
      }
      return worst.risk() == Risk.LOW
          ? worst
          : new Judgement(worst.risk(), worst.rule(), "in a DO block: " + worst.message());
    } catch (SqlRefused | UnreadableSql e) {
      return medium("UnreadableSql", "a statement of a DO block cannot be read: " + e.getMessage());
    }
  }

  /** EXECUTE of one constant is as good as the statement; of anything else, nobody knows. */
  private Judgement dynamic(String expression) {
    try {
      for (Node select : Node.of(parser, "SELECT " + expression)) {
        Node value = select.list("targetList").getFirst().node("val");
        String constant = value.fields().at("/sval/sval").asText("");
        if (value.is("A_Const") && !constant.isEmpty()) {
          return inner(constant);
        }
      }
    } catch (SqlRefused e) {
      // As unknown as any other expression.
    }
    return medium(
        "AnonymousBlock", "a DO block puts a statement together and executes it: read it");
  }

  /** A rule named after the first words of the statement. */
  private static Judgement named(Statement statement, String message) {
    String verb = statement.firstWord();
    int object = statement.matches(1, "OR", "REPLACE") ? 3 : 1;
    String what = statement.word(object);
    boolean definition = Set.of("CREATE", "ALTER", "DROP").contains(verb) && !what.isEmpty();
    return definition
        ? medium(camel(verb) + camel(what), verb + " " + what + message)
        : medium("UnknownStatement", "not classified: " + verb + message);
  }

  static String camel(String word) {
    return word.isEmpty() ? "Object" : word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT);
  }
}
