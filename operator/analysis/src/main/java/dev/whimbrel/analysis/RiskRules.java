package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

  /** SHARE, as lockdefs.h numbers the modes. */
  private static final int BLOCKS_WRITERS = 5;

  /** What reads, waits or decides when a constraint is checked, and leaves nothing behind. */
  private static final Set<String> OF_THE_SESSION =
      Set.of(
          "VariableShowStmt",
          "FetchStmt",
          "ClosePortalStmt",
          "ListenStmt",
          "UnlistenStmt",
          "ConstraintsSetStmt");

  private final Trees trees;
  private final Known known;
  private final QueryRules queries;
  private final RedundantIndexes redundant;
  private final RepeatedRewrites repeated = new RepeatedRewrites();

  RiskRules(Trees trees) {
    this(trees, new Known(SchemaFacts.unknown()));
  }

  RiskRules(Trees trees, Known known) {
    this.trees = trees;
    this.known = known;
    this.queries = new QueryRules(known);
    this.redundant = new RedundantIndexes(known);
  }

  /** What rules say of this statement; nothing where it is harmless. */
  List<Judgement> judge(Statement statement) {
    return judge(trees.of(statement));
  }

  /** The same of one that is parsed already. */
  List<Judgement> judge(Parsed parsed) {
    Statement statement = parsed.statement();
    if (parsed.refusal().isPresent()) {
      known.note(trees, parsed);
      return List.of(
          Judgement.of(
              Rule.UNREADABLE_SQL,
              "PostgreSQL's parser refuses it in line "
                  + (statement.line() + parsed.refusal().get().line() - 1)
                  + ": "
                  + parsed.refusal().get().getMessage()
                  + "; nothing of it was assessed"
                  + (OnlineWork.maySayConcurrently(statement)
                      ? ", and if it works CONCURRENTLY, it runs with a lock_timeout all the same"
                      : "")));
    }
    List<Judgement> found = new ArrayList<>();
    for (Node node : parsed.nodes()) {
      redundant.judge(node).ifPresent(found::add);
      List<Judgement> ofCatalog = new CatalogRules(known).judge(node, statement.text());
      found.addAll(judge(node, statement));
      found.addAll(ofCatalog);
      found.addAll(new ConstraintAdvice(known).judge(node));
      CreateRules.unlogged(node).ifPresent(found::add);
      if (node.all("FuncCall").anyMatch(QueryRules::weakens)
          && found.stream().noneMatch(each -> each.rule() == Rule.WEAKENS_GUARD)) {
        found.add(SessionRules.weakensGuard());
      }
      repeated.judge(node, statement, found).ifPresent(found::add);
      known.proofs().note(node);
      if (runsCode(node)) {
        known.sessionIsInUtc(false);
      }
    }
    known.note(trees, parsed);
    longName(statement).ifPresent(found::add);
    return found.stream().map(judgement -> Scale.of(judgement, known)).toList();
  }

  /** Another script follows. */
  void scriptEnds() {
    known.sessionIsInUtc(false);
    repeated.scriptEnds();
    known.created().scriptEnds();
  }

  /** Code may set anything. */
  private static boolean runsCode(Node s) {
    return s.is("DoStmt")
        || s.is("CallStmt")
        || s.is("ExecuteStmt")
        || s.is("SelectStmt") && s.all("FuncCall").findAny().isPresent()
        || s.all("FuncCall").anyMatch(QueryRules::mayDoAnything);
  }

  /** A default of the domain is one of its columns, too. */
  private static boolean isPlainDomain(Node s) {
    return BuiltInTypes.isNoDomain(s.struct("typeName"))
        && s.list("constraints").stream()
            .allMatch(each ->
                each.text("contype").equals("CONSTR_DEFAULT")
                    && AddedColumn.isOneValue(each.node("raw_expr")));
  }

  private List<Judgement> judge(Node s, Statement statement) {
    if (s.is("AlterDomainStmt")) {
      known.created().domainChanges(s.lastName("typeName"));
    }
    if (LOW.contains(s.kind()) && !s.flag("replace")) {
      if (s.is("CreateDomainStmt")) {
        known
            .created()
            .addDomain(
                s.lastName("domainname"),
                Clause.type(statement.text(), s.struct("typeName")),
                isPlainDomain(s));
      } else {
        known
            .created()
            .addType(
                s.is("CompositeTypeStmt") ? s.relation("typevar").name() : s.lastName("typeName"));
      }
      return List.of();
    }
    if (OF_THE_SESSION.contains(s.kind())) {
      return List.of();
    }
    return switch (s.kind()) {
      case "SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CopyStmt" -> {
        List<Judgement> found = queries.judge(s, statement);
        s.all("intoClause").findFirst().ifPresent(this::remember);
        yield found;
      }
      case "TruncateStmt" -> truncate(s).stream().toList();
      case "LockStmt" ->
          s.fields().path("mode").asInt() < BLOCKS_WRITERS
              ? List.of()
              : List.of(
                  Judgement.of(Rule.LOCK_TABLE, "LOCK TABLE blocks others until the script ends"));
      case "CreateTableAsStmt" -> createdOf(s, statement);
      case "AlterTableStmt" -> alterTable(s, statement);
      case "RenameStmt" -> new RenameRules(known).rename(s).stream().toList();
      case "AlterObjectSchemaStmt" -> List.of(new RenameRules(known).setSchema(s, statement));
      case "VariableSetStmt", "DiscardStmt", "TransactionStmt", "AlterSystemStmt" ->
          session(s).stream().toList();
      case "ExplainStmt", "PrepareStmt", "DeclareCursorStmt" -> judge(s.node("query"), statement);
      case "DoStmt" -> new BlockRules(trees).judge(statement);
      case "ReindexStmt" -> new IndexRules(known).rebuild(s, statement);
      case "DropStmt", "DropdbStmt", "DropOwnedStmt", "DropTableSpaceStmt" ->
          List.of(DropRules.judge(s, known.created()));
      case "CreateSchemaStmt" ->
          s.list("schemaElts").stream()
              .flatMap(element -> judge(element, statement).stream())
              .toList();
      default -> other(s).map(List::of).orElseGet(() -> rest(s, statement));
    };
  }

  /** What its query does besides, it does as any other. */
  private List<Judgement> createdOf(Node s, Statement statement) {
    Node query = s.node("query");
    List<Judgement> found = new ArrayList<>(new CreateRules(known).judge(s, statement));
    found.addAll(query.is("SelectStmt") ? queries.besides(query) : judge(query, statement));
    if (!s.flag("if_not_exists") || known.isAbsent(s.struct("into").relation("rel"))) {
      remember(s.struct("into"));
    }
    return found;
  }

  /** A table that is made of a query. */
  private void remember(Node into) {
    QualifiedName table = into.relation("rel");
    if (!into.struct("rel").text("relpersistence").equals("t")) {
      known.created().add(table);
    } else if (!into.text("onCommit").equals("ONCOMMIT_DROP")) {
      known.created().addForThisScript(table);
    }
  }

  private Optional<Judgement> truncate(Node s) {
    return s.list("relations").stream()
        .map(CreatedObjects::name)
        .filter(table -> s.text("behavior").equals("DROP_CASCADE") || !known.isNew(table))
        .findFirst()
        .map(table ->
            Judgement.of(
                    Rule.TRUNCATE,
                    "TRUNCATE removes every row for good, and blocks readers meanwhile")
                .on(table));
  }

  private List<Judgement> rest(Node s, Statement statement) {
    return s.is("VacuumStmt") ? List.of() : new CreateRules(known).judge(s, statement);
  }

  private static Optional<Judgement> other(Node s) {
    return Optional.ofNullable(
        switch (s.kind()) {
          case "CallStmt" ->
              Judgement.of(Rule.PROCEDURE, "what a procedure does cannot be told from the script");
          case "GrantStmt", "GrantRoleStmt", "AlterDefaultPrivilegesStmt" ->
              Judgement.of(Rule.PRIVILEGES, "changes who may do what");
          case "AlterTableMoveAllStmt" ->
              Judgement.of(
                  Rule.REWRITES_TABLE,
                  "moves all that is in a tablespace, each while nobody can read it");
          case "ClusterStmt" ->
              Judgement.of(
                      Rule.REWRITES_TABLE, "CLUSTER rewrites the table while nobody can read it")
                  .on(s.relation("relation"));
          case "VacuumStmt" ->
              OwnTransactions.hasOption(s, "options", "full")
                  ? Judgement.of(
                      Rule.VACUUM_FULL, "VACUUM FULL rewrites the table and blocks readers")
                  : null;
          default -> null;
        });
  }

  private Optional<Judgement> session(Node s) {
    if (SessionRules.takesBack(s)) {
      known.takesBack();
    }
    known.sessionIsInUtc(SessionRules.setsUtc(s));
    // A zone that is written down is what makes the same of the script everywhere.
    return SessionRules.setsUtc(s) && s.flag("is_local")
        ? Optional.empty()
        : Optional.of(SessionRules.judge(s));
  }

  private List<Judgement> alterTable(Node s, Statement statement) {
    boolean table =
        Set.of("OBJECT_TABLE", "OBJECT_FOREIGN_TABLE", "OBJECT_MATVIEW")
            .contains(s.text("objtype"));
    if (!table && !s.text("objtype").equals("OBJECT_INDEX")) {
      return List.of(
          dropsAttribute(s)
              ? Judgement.of(
                      Rule.DROP_COLUMN,
                      "drops an attribute of "
                          + s.relation("relation")
                          + "; its values are lost in every column and table of the type")
                  .withoutRewrite()
              : ObjectRules.named(statement));
    }
    if (!known.isNew(s.relation("relation"))) {
      return AlterTableRules.judge(s, statement.text(), known);
    }
    List<Judgement> found = new ArrayList<>(new NewTables(known).altered(s));
    found.addAll(AlterTableRules.attached(s, statement.text(), known));
    return found;
  }

  private boolean dropsAttribute(Node s) {
    return s.text("objtype").equals("OBJECT_TYPE")
        && !known.created().containsType(s.relation("relation").name())
        && s.list("cmds").stream()
            .anyMatch(action -> action.text("subtype").equals("AT_DropColumn"));
  }

  private static Optional<Judgement> longName(Statement statement) {
    return statement.tokens().stream()
        .filter(Token::isName)
        .map(Token::name)
        .filter(Identifiers::isCut)
        .findFirst()
        .map(name ->
            Judgement.of(
                Rule.LONG_NAME, "PostgreSQL cuts the name " + name + " at 63 bytes, silently"));
  }
}
