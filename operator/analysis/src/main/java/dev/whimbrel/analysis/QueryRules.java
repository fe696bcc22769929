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

  Optional<Judgement> judge(Node s) {
    Optional<Node> hidden =
        s.all(CHANGES_ROWS).filter(inner -> inner.fields() != s.fields()).findFirst();
    if (hidden.isPresent()) {
      return Optional.of(
          Judgement.of(Rule.CHANGES_DATA, "WITH … changes rows")
              .on(hidden.get().relation("relation")));
    }
    return switch (s.kind()) {
      case "InsertStmt" -> insert(s);
      case "CopyStmt" -> copy(s);
      case "SelectStmt" -> select(s);
      default -> changes(s);
    };
  }

  private Optional<Judgement> changes(Node s) {
    String verb = s.kind().replace("Stmt", "").toUpperCase(Locale.ROOT);
    return isNew(s)
        ? Optional.empty()
        : found(
            s,
            Rule.CHANGES_DATA,
            verb
                + " changes rows; what they held before is in a backup only, unless the revision's"
                + " way back keeps it. Long ones block writers");
  }

  private Optional<Judgement> insert(Node s) {
    boolean updates =
        s.fields().at("/onConflictClause/action").asText().equals("ONCONFLICT_UPDATE");
    boolean literals = !s.has("selectStmt") || s.node("selectStmt").has("valuesLists");
    if (updates || !literals) {
      return isNew(s)
          ? found(s, Rule.COPIES_ROWS, "copies rows; it takes as long as they are many")
          : found(s, Rule.CHANGES_DATA, "INSERT … SELECT or ON CONFLICT DO UPDATE migrates data");
    }
    return isNew(s)
        ? Optional.empty()
        : found(s, Rule.INSERTS_ROWS, "inserts rows into a table that is in use");
  }

  private Optional<Judgement> copy(Node s) {
    if (s.flag("is_program")) {
      return found(s, Rule.COPY_PROGRAM, "COPY … PROGRAM runs a program on the database server");
    }
    return isNew(s)
        ? Optional.empty()
        : found(s, Rule.INSERTS_ROWS, "COPY into or out of a table that is in use");
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
