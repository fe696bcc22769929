package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.analysis.pgquery.SqlRefused;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private final CreateRules creates = new CreateRules(created);

  RiskRules(PgQuery parser) {
    this.parser = parser;
  }

  /** What rules say of this statement; nothing where it is harmless. */
  List<Judgement> judge(Statement statement) {
    try {
      List<Judgement> found = new ArrayList<>();
      for (Node node : Node.of(parser, statement.text())) {
        found.addAll(judge(node, statement));
      }
      return found;
    } catch (SqlRefused e) {
      return List.of(
          Judgement.of(
              Rule.UNREADABLE_SQL,
              "PostgreSQL's parser refuses it in line "
                  + (statement.line() + e.line() - 1)
                  + ": "
                  + e.getMessage()
                  + "; nothing of it was assessed"));
    }
  }

  /** Another script follows. */
  void scriptEnds() {
    created.scriptEnds();
  }

  private List<Judgement> judge(Node s, Statement statement) {
    if (LOW.contains(s.kind())) {
      if (!s.is("CreateDomainStmt")) {
        created.addType(
            s.is("CompositeTypeStmt") ? s.relation("typevar").name() : s.lastName("typeName"));
      }
      return List.of();
    }
    return switch (s.kind()) {
      case "SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CopyStmt" ->
          queries.judge(s).stream().toList();
      case "AlterTableStmt" -> alterTable(s, statement);
      case "RenameStmt" -> rename(s).stream().toList();
      case "VariableSetStmt", "DiscardStmt", "TransactionStmt", "AlterSystemStmt" ->
          List.of(session(s));
      case "ExplainStmt", "PrepareStmt" -> judge(s.node("query"), statement);
      case "DoStmt" -> new BlockRules(parser).judge(statement);
      case "VacuumStmt", "ClusterStmt", "ReindexStmt" -> upkeep(s, statement).stream().toList();
      case "DropStmt", "DropdbStmt", "DropOwnedStmt", "DropTableSpaceStmt" ->
          List.of(DropRules.judge(s, statement, created));
      case "CreateSchemaStmt" ->
          s.list("schemaElts").stream()
              .flatMap(element -> judge(element, statement).stream())
              .toList();
      case "AlterObjectSchemaStmt" -> {
        QualifiedName relation = s.relation("relation");
        created.remove(relation);
        yield List.of(
            Judgement.of(
                    Rule.SET_SCHEMA,
                    statement.firstWord() + " … SET SCHEMA: who uses its old name fails")
                .on(relation));
      }
      default -> other(s, statement).stream().toList();
    };
  }

  private Optional<Judgement> other(Node s, Statement statement) {
    return switch (s.kind()) {
      case "TruncateStmt" ->
          Optional.of(
              Judgement.of(
                      Rule.TRUNCATE,
                      "TRUNCATE removes every row for good, and blocks readers meanwhile")
                  .on(CreatedObjects.name(s.list("relations").getFirst())));
      case "CallStmt" ->
          Optional.of(
              Judgement.of(Rule.PROCEDURE, "what a procedure does cannot be told from the script"));
      case "GrantStmt", "GrantRoleStmt", "AlterDefaultPrivilegesStmt" ->
          Optional.of(Judgement.of(Rule.PRIVILEGES, "changes who may do what"));
      case "LockStmt" ->
          Optional.of(
              Judgement.of(Rule.LOCK_TABLE, "LOCK TABLE blocks others until the script ends"));
      default -> creates.judge(s, statement);
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

  private List<Judgement> alterTable(Node s, Statement statement) {
    boolean table =
        Set.of("OBJECT_TABLE", "OBJECT_FOREIGN_TABLE", "OBJECT_MATVIEW")
            .contains(s.text("objtype"));
    if (!table && !s.text("objtype").equals("OBJECT_INDEX")) {
      return List.of(CreateRules.named(statement));
    }
    return created.contains(s.relation("relation"))
        ? List.of()
        : AlterTableRules.judge(s, statement.text(), created);
  }

  private Optional<Judgement> rename(Node s) {
    if (Set.of("OBJECT_INDEX", "OBJECT_TABCONSTRAINT").contains(s.text("renameType"))) {
      return Optional.empty();
    }
    QualifiedName relation = s.relation("relation");
    boolean ofTable = !relation.name().isEmpty();
    boolean isNew = ofTable && created.contains(relation);
    boolean column = s.text("renameType").equals("OBJECT_COLUMN");
    if (s.text("renameType").equals("OBJECT_TABLE")) {
      created.rename(relation, new QualifiedName(relation.schema(), s.text("newname")));
    }
    if (isNew) {
      return Optional.empty();
    }
    Judgement renamed =
        Judgement.of(
            !ofTable ? Rule.RENAME_OBJECT : column ? Rule.RENAME_COLUMN : Rule.RENAME_TABLE,
            "renames "
                + (!ofTable
                    ? "an object"
                    : column ? "column " + s.text("subname") + " of " + relation : "" + relation)
                + "; applications that use the old name fail");
    return Optional.of(
        (ofTable ? renamed.on(relation) : renamed)
            .calling("column", Identifiers.quoted(s.text("subname")))
            .calling("newname", Identifiers.quoted(s.text("newname"))));
  }

  /** What rewrites or rebuilds what is there. */
  private static Optional<Judgement> upkeep(Node s, Statement statement) {
    return switch (s.kind()) {
      case "VacuumStmt" ->
          options(s).contains("full")
              ? Optional.of(
                  Judgement.of(
                      Rule.VACUUM_FULL, "VACUUM FULL rewrites the table and blocks readers"))
              : Optional.empty();
      case "ClusterStmt" ->
          Optional.of(
              Judgement.of(
                      Rule.REWRITES_TABLE, "CLUSTER rewrites the table while nobody can read it")
                  .on(s.relation("relation")));
      default ->
          options(s).contains("concurrently")
              ? Optional.empty()
              : Optional.of(
                  Judgement.of(
                          Rule.REINDEX, "REINDEX blocks writers; REINDEX … CONCURRENTLY does not")
                      .calling(
                          "concurrently",
                          statement
                              .text()
                              .replaceFirst(
                                  "(?is)^(reindex\\b.*?\\b(?:index|table|schema|database|system))\\b",
                                  "$1 CONCURRENTLY")));
    };
  }

  private static List<String> options(Node s) {
    return Stream.of("options", "params")
        .flatMap(field -> s.list(field).stream())
        .map(option -> option.text("defname"))
        .toList();
  }
}
