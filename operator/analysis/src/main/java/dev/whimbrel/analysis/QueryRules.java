package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What reads and changes rows. */
final class QueryRules {

  static final Set<String> CHANGES_ROWS =
      Set.of("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt");

  /** Functions of PostgreSQL that give a value and do nothing else that outlasts the statement. */
  private static final Set<String> COMPUTES =
      Set.of(
          ("now clock_timestamp statement_timestamp transaction_timestamp random gen_random_uuid"
                  + " uuid_generate_v4 nextval currval current_setting generate_series unnest count"
                  + " sum min max avg array_agg string_agg bool_and bool_or json_agg jsonb_agg"
                  + " row_number rank dense_rank lag lead first_value last_value md5 sha256 encode"
                  + " decode concat concat_ws replace translate regexp_replace regexp_match"
                  + " split_part left right lpad rpad repeat reverse initcap to_char to_date"
                  + " to_number to_timestamp make_date make_interval age to_json to_jsonb"
                  + " json_build_object jsonb_build_object json_build_array jsonb_build_array"
                  + " jsonb_set jsonb_array_elements jsonb_array_elements_text jsonb_object_keys"
                  + " array_append array_remove array_to_string string_to_array power sqrt ln exp"
                  + " trunc format")
              .split(" "));

  /** What MERGE does to a row that it does not change. */
  private static final Set<String> ADDS = Set.of("CMD_INSERT", "CMD_NOTHING");

  private final Known known;

  QueryRules(Known known) {
    this.known = known;
  }

  List<Judgement> judge(Node s, Statement statement) {
    List<Judgement> besides = besides(s);
    List<Judgement> found = new ArrayList<>();
    if (besides.stream().noneMatch(judgement -> judgement.rule() == Rule.CHANGES_DATA)) {
      found.addAll(
          switch (s.kind()) {
            case "InsertStmt" -> insert(s);
            case "CopyStmt" -> copy(s).stream().toList();
            case "SelectStmt" -> besides.isEmpty() ? select(s).stream().toList() : List.of();
            default -> changes(s, statement).stream().toList();
          });
    }
    found.addAll(besides);
    if (isNew(s)
        && known.created().mayRunCode(s.relation("relation"))
        && found.stream().noneMatch(each -> each.rule() == Rule.CALLS_FUNCTION)) {
      found.add(
          Judgement.of(
              Rule.CALLS_FUNCTION,
              "each row runs a function, by a default, a check or a trigger of "
                  + s.relation("relation")
                  + "; what it does cannot be told from the script"));
    }
    return found;
  }

  /** What a query does besides giving rows: WITH may change others, a function may do anything. */
  List<Judgement> besides(Node s) {
    List<Judgement> found = new ArrayList<>();
    s.all(CHANGES_ROWS)
        .filter(inner -> inner.fields() != s.fields())
        .min(Comparator.comparing(QueryRules::onlyAdds))
        .map(hidden ->
            onlyAdds(hidden)
                ? Judgement.of(Rule.INSERTS_ROWS, "WITH … inserts rows")
                    .on(hidden.relation("relation"))
                : whole(
                    Judgement.of(Rule.CHANGES_DATA, "WITH … changes rows")
                        .on(hidden.relation("relation"))))
        .ifPresent(found::add);
    if (s.all("FuncCall").anyMatch(QueryRules::setsAnything)) {
      known.created().searchPathChanges();
    }
    if (s.all("FuncCall").anyMatch(QueryRules::weakens)) {
      found.add(SessionRules.weakensGuard());
    } else if (s.all("FuncCall").anyMatch(QueryRules::mayDoAnything)) {
      found.add(calls());
    }
    return found;
  }

  /** Whether the rows that are there stay as they are. */
  private static boolean onlyAdds(Node s) {
    return switch (s.kind()) {
      case "InsertStmt" ->
          !s.fields().at("/onConflictClause/action").asText().equals("ONCONFLICT_UPDATE");
      case "MergeStmt" ->
          s.all("MergeWhenClause").allMatch(when -> ADDS.contains(when.text("commandType")));
      default -> false;
    };
  }

  private Optional<Judgement> changes(Node s, Statement statement) {
    String verb = s.kind().replace("Stmt", "").toUpperCase(Locale.ROOT);
    if (isNew(s)) {
      return Optional.empty();
    }
    if (onlyAdds(s)) {
      return found(s, Rule.INSERTS_ROWS, verb + " inserts rows into a table that is in use");
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
        Batches.of(s, statement, known)
            .map(
                batches -> changes.calling("rows", batches.rows()).calling("batch", batches.next()))
            .orElse(changes));
  }

  /** One that may read more than the rows that it changes. */
  private static Judgement whole(Judgement changes) {
    return changes
        .calling("rows", changes.names().get("table"))
        .calling("batch", Batches.KEYS_FIRST);
  }

  private List<Judgement> insert(Node s) {
    boolean updates =
        s.fields().at("/onConflictClause/action").asText().equals("ONCONFLICT_UPDATE");
    if (updates && !isNew(s)) {
      return found(s, Rule.CHANGES_DATA, "ON CONFLICT DO UPDATE changes rows that are there")
          .map(QueryRules::whole)
          .stream()
          .toList();
    }
    List<Judgement> found = new ArrayList<>();
    if (!isNew(s)) {
      found(s, Rule.INSERTS_ROWS, "inserts rows into a table that is in use").ifPresent(found::add);
    }
    if (!AddedRows.areFew(s)) {
      found(s, Rule.COPIES_ROWS, "copies rows; it takes as long as they are many")
          .ifPresent(found::add);
    }
    return found;
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
    return s.has("intoClause")
        ? Optional.of(Judgement.of(Rule.SELECT_INTO, "SELECT INTO creates a table"))
        : Optional.empty();
  }

  private static Judgement calls() {
    return Judgement.of(
        Rule.CALLS_FUNCTION, "what a called function does cannot be told from the script");
  }

  /** A function that PostgreSQL does not bring, for all that its name says. */
  static boolean mayDoAnything(Node call) {
    List<String> name = call.names("funcname");
    return name.size() > 1 && !name.getFirst().equals("pg_catalog")
        || !COMPUTES.contains(name.getLast())
            && !QueryForms.isTame(name.getLast())
            && !CheckExpression.isHarmlessCall(call);
  }

  private static Optional<Judgement> found(Node s, Rule rule, String message) {
    return Optional.of(Judgement.of(rule, message).on(s.relation("relation")));
  }

  /** A setting whose name shows only when it runs may be any. */
  static boolean weakens(Node call) {
    if (!setsAnything(call) || call.list("args").isEmpty()) {
      return false;
    }
    Node name = call.list("args").getFirst();
    while (name.is("TypeCast")) {
      name = name.node("arg");
    }
    return !name.is("A_Const") || SessionRules.guards(name.fields().at("/sval/sval").asText());
  }

  private static boolean setsAnything(Node call) {
    return call.lastName("funcname").equals("set_config");
  }

  private boolean isNew(Node s) {
    QualifiedName table = s.relation("relation");
    return known.isNew(table);
  }
}
