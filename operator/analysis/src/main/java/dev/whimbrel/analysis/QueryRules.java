package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What reads and changes rows. */
final class QueryRules {

  static final Set<String> CHANGES_ROWS =
      Set.of("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt");

  private final CreatedObjects created;

  QueryRules(CreatedObjects created) {
    this.created = created;
  }

  Optional<Judgement> judge(Node s, Statement statement) {
    Optional<Node> hidden =
        s.all(CHANGES_ROWS).filter(inner -> inner.fields() != s.fields()).findFirst();
    if (hidden.isPresent()) {
      return Optional.of(
          whole(
              Judgement.of(Rule.CHANGES_DATA, "WITH … changes rows")
                  .on(hidden.get().relation("relation"))));
    }
    return switch (s.kind()) {
      case "InsertStmt" -> insert(s);
      case "CopyStmt" -> copy(s);
      case "SelectStmt" -> select(s);
      default -> changes(s, statement);
    };
  }

  private Optional<Judgement> changes(Node s, Statement statement) {
    String verb = s.kind().replace("Stmt", "").toUpperCase(Locale.ROOT);
    if (isNew(s)) {
      return Optional.empty();
    }
    Judgement changes =
        whole(
            Judgement.of(
                    Rule.CHANGES_DATA,
                    verb
                        + " changes rows; what they held before is in a backup only, unless the"
                        + " revision's way back keeps it. Long ones block writers")
                .on(s.relation("relation")));
    return Optional.of(
        Batches.of(s, statement)
            .map(batches ->
                changes
                    .calling("rows", batches.rows())
                    .calling("batch", batches.sql().orElse(changes.names().get("batch"))))
            .orElse(changes));
  }

  /** One whose rows do not tell which of them are done. */
  private static Judgement whole(Judgement changes) {
    return changes
        .calling("rows", changes.names().get("table"))
        .calling("batch", "-- a range of a key at a time: a row does not tell whether it is done");
  }

  private Optional<Judgement> insert(Node s) {
    boolean updates =
        s.fields().at("/onConflictClause/action").asText().equals("ONCONFLICT_UPDATE");
    boolean literals = !s.has("selectStmt") || s.node("selectStmt").has("valuesLists");
    if (updates || !literals) {
      return isNew(s)
          ? found(s, Rule.COPIES_ROWS, "copies rows; it takes as long as they are many")
          : found(s, Rule.CHANGES_DATA, "INSERT … SELECT or ON CONFLICT DO UPDATE migrates data")
              .map(QueryRules::whole);
    }
    return isNew(s)
        ? Optional.empty()
        : found(s, Rule.INSERTS_ROWS, "inserts rows into a table that is in use");
  }

  private Optional<Judgement> copy(Node s) {
    if (s.flag("is_program")) {
      return found(s, Rule.COPY_PROGRAM, "COPY … PROGRAM runs a program on the database server");
    }
    if (!s.flag("is_from")) {
      return found(
          s,
          Rule.COPY_TO_FILE,
          s.has("filename")
              ? "COPY … TO writes a file on the database server, over one that is there"
              : "COPY … TO STDOUT sends rows to who runs the script, which is nobody");
    }
    return isNew(s)
        ? Optional.empty()
        : found(s, Rule.INSERTS_ROWS, "COPY adds rows to a table that is in use");
  }

  private Optional<Judgement> select(Node s) {
    if (s.all("FuncCall").anyMatch(QueryRules::setsAnything)) {
      created.searchPathChanges();
    }
    if (s.all("FuncCall").anyMatch(QueryRules::weakens)) {
      return Optional.of(SessionRules.weakensGuard());
    }
    if (s.all("FuncCall").findAny().isPresent()) {
      return Optional.of(
          Judgement.of(
              Rule.CALLS_FUNCTION, "what a called function does cannot be told from the script"));
    }
    return s.has("intoClause")
        ? Optional.of(Judgement.of(Rule.SELECT_INTO, "SELECT INTO creates a table"))
        : Optional.empty();
  }

  private static Optional<Judgement> found(Node s, Rule rule, String message) {
    return Optional.of(Judgement.of(rule, message).on(s.relation("relation")));
  }

  private static boolean weakens(Node call) {
    return setsAnything(call)
        && call.list("args").stream()
            .map(argument -> argument.fields().at("/sval/sval").asText())
            .anyMatch(SessionRules::guards);
  }

  private static boolean setsAnything(Node call) {
    return call.lastName("funcname").equals("set_config");
  }

  private boolean isNew(Node s) {
    QualifiedName table = s.relation("relation");
    return created.contains(table);
  }
}
