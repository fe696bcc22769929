package dev.whimbrel.analysis;

import static dev.whimbrel.analysis.Judgement.high;
import static dev.whimbrel.analysis.Judgement.low;
import static dev.whimbrel.analysis.Judgement.medium;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.Locale;
import java.util.stream.Stream;

/** What reads and changes rows. */
final class QueryRules {

  private final CreatedObjects created;

  QueryRules(CreatedObjects created) {
    this.created = created;
  }

  Judgement judge(Node s) {
    boolean hidden =
        Stream.of("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt")
            .flatMap(s::all)
            .anyMatch(inner -> inner.fields() != s.fields());
    if (hidden) {
      return high("ChangesData", "WITH … changes rows");
    }
    return switch (s.kind()) {
      case "InsertStmt" -> insert(s);
      case "CopyStmt" -> copy(s);
      case "SelectStmt" -> select(s);
      default -> changes(s);
    };
  }

  private Judgement changes(Node s) {
    String verb = s.kind().replace("Stmt", "").toUpperCase(Locale.ROOT);
    return isNew(s)
        ? low()
        : high(
            "ChangesData",
            verb
                + " changes rows; what they held before is in a backup only, unless the revision's"
                + " way back keeps it. Long ones block writers");
  }

  private Judgement insert(Node s) {
    boolean updates =
        s.fields().at("/onConflictClause/action").asText().equals("ONCONFLICT_UPDATE");
    boolean literals = !s.has("selectStmt") || s.node("selectStmt").has("valuesLists");
    if (updates || !literals) {
      return isNew(s)
          ? medium("CopiesRows", "copies rows; it takes as long as they are many")
          : high("ChangesData", "INSERT … SELECT or ON CONFLICT DO UPDATE migrates data");
    }
    return isNew(s) ? low() : medium("InsertsRows", "inserts rows into a table that is in use");
  }

  private Judgement copy(Node s) {
    if (s.flag("is_program")) {
      return high("CopyProgram", "COPY … PROGRAM runs a program on the database server");
    }
    return isNew(s) ? low() : medium("InsertsRows", "COPY into or out of a table that is in use");
  }

  private Judgement select(Node s) {
    if (s.all("FuncCall").anyMatch(QueryRules::setsAnything)) {
      created.searchPathChanges();
    }
    if (s.all("FuncCall").anyMatch(QueryRules::weakens)) {
      return SessionRules.weakensGuard();
    }
    if (s.all("FuncCall").findAny().isPresent()) {
      return medium("CallsFunction", "what a called function does cannot be told from the script");
    }
    return s.has("intoClause") ? medium("SelectInto", "SELECT INTO creates a table") : low();
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
