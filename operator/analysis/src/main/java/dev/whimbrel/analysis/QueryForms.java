package dev.whimbrel.analysis;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.locks.RelationLock.Rows;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Which measured forms statements have that read and change rows. */
final class QueryForms {

  /** Functions of PostgreSQL that lock nothing but what the statement names. */
  private static final Set<String> TAME =
      Set.of(
          ("abs array_agg array_append array_length array_remove array_to_string array_upper avg"
                  + " bool_and bool_or btrim cardinality ceil char_length clock_timestamp concat"
                  + " concat_ws count current_setting date_part date_trunc decode dense_rank digest"
                  + " encode extract first_value float8 floor format gen_random_uuid"
                  + " generate_series greatest initcap int4 json_agg json_build_object"
                  + " jsonb_agg jsonb_array_elements jsonb_array_length jsonb_build_array"
                  + " jsonb_build_object jsonb_each jsonb_object_agg jsonb_set jsonb_strip_nulls"
                  + " jsonb_typeof lag lead least left length lower lpad ltrim make_date"
                  + " make_interval max md5 min mod now octet_length overlay position power random"
                  + " rank regexp_match regexp_matches regexp_replace regexp_split_to_array"
                  + " regexp_split_to_table repeat replace reverse right round row_number"
                  + " row_to_json rpad rtrim sha256 sign split_part sqrt starts_with"
                  + " statement_timestamp string_agg string_to_array strpos substr substring sum"
                  + " text timezone to_char to_date to_json to_jsonb to_number to_timestamp"
                  + " to_tsvector transaction_timestamp translate trim trunc unnest upper"
                  + " uuid_generate_v4 width_bucket")
              .split(" "));

  private static final Set<String> OF_SEQUENCES = Set.of("nextval", "setval", "currval");

  private QueryForms() {}

  static boolean isTame(String function) {
    return TAME.contains(function);
  }

  static void add(Node s, LockForms forms) {
    RowLocks.add(s, forms);
    changing(s, forms);
  }

  private static void changing(Node s, LockForms forms) {
    calls(s, forms);
    common(s, forms);
    switch (s.kind()) {
      case "SelectStmt" -> select(s, forms);
      case "InsertStmt" -> insert(s, forms);
      case "UpdateStmt" ->
          changes(
              s,
              forms.isPartitioned(s.relation("relation")) ? "update-partitioned" : "update",
              ChosenRows.of(s, forms),
              forms);
      case "DeleteStmt" -> {
        changes(
            s,
            forms.isPartitioned(s.relation("relation")) ? "delete-partitioned" : "delete",
            ChosenRows.of(s, forms),
            forms);
        if (!StatementForms.references(forms, s.relation("relation")).isEmpty()) {
          forms.unmeasured("what it deletes or changes where a foreign key cascades");
        }
      }
      case "MergeStmt" -> changes(s, "merge", ChosenRows.of(s, forms), forms);
      default -> copy(s, forms);
    }
  }

  /** What WITH changes. */
  private static void common(Node s, LockForms forms) {
    for (Node common : s.struct("withClause").list("ctes")) {
      Node query = common.node("ctequery");
      if (!query.is("SelectStmt")) {
        changing(query, forms);
      }
    }
  }

  /** What a query defines: a table, a view, what a materialized view holds. */
  static void defined(Node s, LockForms forms) {
    switch (s.kind()) {
      case "CreateTableAsStmt" -> {
        calls(s, forms);
        boolean view = s.text("objtype").equals("OBJECT_MATVIEW");
        forms
            .add(view ? "create-materialized-view" : "create-table-as")
            .on(view ? "t" : "parent", read(s.node("query")));
        Node query = s.node("query");
        if (query.is("ExecuteStmt")) {
          forms.unmeasured("what a prepared statement does");
        }
        common(query, forms);
        RowLocks.add(query, forms);
      }
      case "ViewStmt" -> {
        QualifiedName view = s.relation("view");
        boolean replaces = s.flag("replace") && !forms.known().isAbsent(view);
        LockForms.Form form = forms.add(replaces ? "replace-view" : "create-view");
        form.on(replaces ? "parent" : "t", read(s));
        if (replaces) {
          form.on("v", view);
          if (forms.facts(view).isEmpty()) {
            forms.atMost();
          }
        }
      }
      default -> {
        boolean concurrently = s.flag("concurrent");
        forms
            .add(concurrently ? "refresh-matview-concurrently" : "refresh-matview")
            .on("m", s.relation("relation"))
            .as("parent", "what its query reads");
      }
    }
  }

  private static void select(Node s, LockForms forms) {
    List<QualifiedName> read = read(s);
    if (s.has("intoClause")) {
      forms.add("select-into").on("parent", read);
    } else if (!read.isEmpty()) {
      forms.add("select").on("parent", read);
    }
  }

  private static void insert(Node s, LockForms forms) {
    QualifiedName table = s.relation("relation");
    boolean literals = !s.has("selectStmt") || s.node("selectStmt").has("valuesLists");
    boolean conflict = s.has("onConflictClause");
    triggers(table, forms);
    if (conflict) {
      boolean updates =
          s.fields().at("/onConflictClause/action").asText().equals("ONCONFLICT_UPDATE");
      Rows rows = literals ? Rows.NAMED : Rows.SOME;
      forms.add("insert-on-conflict").on("parent", table).locking(updates ? rows : Rows.NONE);
    } else if (forms.isPartitioned(table)) {
      forms.add("insert-partitioned").on("parts", table);
    } else if (literals) {
      forms.add("insert", table).without("parent");
    }
    if (!literals) {
      common(s.node("selectStmt"), forms);
      forms.add("insert-select").on("keyless", table).on("t", read(s.node("selectStmt")));
    }
  }

  private static void changes(Node s, String form, Rows rows, LockForms forms) {
    QualifiedName table = s.relation("relation");
    triggers(table, forms);
    String measured =
        form.endsWith("partitioned") ? "parts" : form.equals("update") ? "t" : "keyless";
    LockForms.Form added = forms.add(form).on(measured, table).locking(rows);
    if (form.equals("merge")) {
      added.on("parent", read(s));
    }
  }

  private static void copy(Node s, LockForms forms) {
    QualifiedName table = s.relation("relation");
    if (s.flag("is_program")) {
      forms.unmeasured("what the program does");
    } else if (s.flag("is_from")) {
      triggers(table, forms);
      forms.add("copy-from").on("keyless", table);
    } else if (table.name().isEmpty()) {
      add(s.node("query"), forms);
    } else {
      forms.add("copy-to", table);
    }
  }

  /** A trigger runs code of its own. */
  private static void triggers(QualifiedName table, LockForms forms) {
    forms
        .facts(table)
        .filter(facts -> !facts.triggers().isEmpty())
        .ifPresent(facts ->
            forms.unmeasured(
                "what trigger " + Names.shown(facts.triggers(), name -> name) + " does"));
  }

  private static void calls(Node s, LockForms forms) {
    List<String> called =
        s.all("FuncCall").map(call -> call.lastName("funcname")).distinct().toList();
    if (called.stream().anyMatch(OF_SEQUENCES::contains)) {
      forms.add("setval").as("s", "its sequence");
    }
    called.stream()
        .filter(name -> !OF_SEQUENCES.contains(name))
        .filter(name -> !TAME.contains(name))
        .findFirst()
        .ifPresent(name -> forms.unmeasured("what " + name + "() does"));
  }

  /** What a query reads, without its common table expressions. */
  private static List<QualifiedName> read(Node s) {
    Set<String> common = commonNames(s);
    // FOR UPDATE OF names what FROM names, and may do so by an alias.
    Set<JsonNode> again = Collections.newSetFromMap(new IdentityHashMap<>());
    s.all("LockingClause")
        .flatMap(clause -> clause.all("RangeVar"))
        .forEach(range -> again.add(range.fields()));
    return s.all("RangeVar")
        .filter(range -> !again.contains(range.fields()))
        .map(CreatedObjects::name)
        .filter(name -> !(name.schema().isEmpty() && common.contains(name.name())))
        .distinct()
        .toList();
  }

  static Set<String> commonNames(Node s) {
    Set<String> common = new HashSet<>();
    s.all("CommonTableExpr").forEach(each -> common.add(each.text("ctename")));
    return common;
  }
}
