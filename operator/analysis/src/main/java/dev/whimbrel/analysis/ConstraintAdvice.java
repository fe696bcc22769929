package dev.whimbrel.analysis;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Column;
import dev.whimbrel.analysis.catalog.Index;
import dev.whimbrel.analysis.catalog.RelationFacts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What constraints mean for those who live with them: nothing of it is locked or lost now. */
final class ConstraintAdvice {

  /** Of PostgreSQL itself, not IMMUTABLE (pg_proc.provolatile). */
  private static final Set<String> NOT_STEADY =
      Set.of(
          "now",
          "transaction_timestamp",
          "statement_timestamp",
          "clock_timestamp",
          "timeofday",
          "random",
          "gen_random_uuid",
          "nextval",
          "currval",
          "lastval",
          "current_setting",
          "txid_current",
          "pg_current_xact_id");

  /** Types of which it is known what compares them; a domain may be made of any. */
  private static final Set<String> COMPARED =
      Set.of(
          ("int2 int4 int8 numeric float4 float8 text bpchar uuid date timestamp timestamptz bool")
              .split(" "));

  /** Other names of theirs, and a type whose values are compared as text. */
  private static final Map<String, String> ALIKE =
      Map.of(
          "smallserial", "int2",
          "serial2", "int2",
          "serial", "int4",
          "serial4", "int4",
          "bigserial", "int8",
          "serial8", "int8",
          "varchar", "text");

  private static final Set<String> HOLD_CONSTRAINTS =
      Set.of("AlterTableStmt", "CreateStmt", "CreateDomainStmt", "AlterDomainStmt");

  private final Known known;

  ConstraintAdvice(Known known) {
    this.known = known;
  }

  List<Judgement> judge(Node s) {
    if (!HOLD_CONSTRAINTS.contains(s.kind())) {
      return List.of();
    }
    List<Judgement> found = new ArrayList<>();
    QualifiedName table = s.relation("relation");
    Map<String, String> types = new HashMap<>();
    Set<JsonNode> ofColumns = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Node column : s.all("ColumnDef").toList()) {
      String name = column.text("colname");
      types.put(name, column.struct("typeName").lastName("names"));
      for (Node constraint : column.list("constraints")) {
        ofColumns.add(constraint.fields());
        of(constraint, table, List.of(name), types, found);
      }
    }
    s.all("Constraint")
        .filter(constraint -> !ofColumns.contains(constraint.fields()))
        .forEach(constraint -> of(constraint, table, constraint.names("fk_attrs"), types, found));
    return found;
  }

  private void of(
      Node constraint,
      QualifiedName table,
      List<String> columns,
      Map<String, String> types,
      List<Judgement> found) {
    switch (constraint.text("contype")) {
      case "CONSTR_CHECK" -> check(constraint).ifPresent(found::add);
      case "CONSTR_FOREIGN" -> {
        cascades(constraint, table).ifPresent(found::add);
        types(constraint, table, columns, types).ifPresent(found::add);
      }
      default -> {
        // Means what it says.
      }
    }
  }

  private static Optional<Judgement> check(Node constraint) {
    Node test = constraint.node("raw_expr");
    Optional<String> called =
        test.all("FuncCall")
            .map(call -> call.lastName("funcname"))
            .filter(NOT_STEADY::contains)
            .findFirst();
    boolean now = test.all("SQLValueFunction").findAny().isPresent();
    return called.isEmpty() && !now
        ? Optional.empty()
        : Optional.of(
            Judgement.of(
                Rule.CHECK_NOT_STEADY,
                "the CHECK asks "
                    + called.map(name -> name + "()").orElse("what time it is, or who asks")
                    + ", so a row that passed it once may not pass it again"));
  }

  private Optional<Judgement> cascades(Node constraint, QualifiedName table) {
    return constraint.text("fk_del_action").equals("c") && !known.isNew(table)
        ? Optional.of(
            Judgement.of(
                    Rule.CASCADES_DELETE,
                    "a DELETE in "
                        + constraint.relation("pktable")
                        + " deletes the rows of "
                        + table
                        + " that reference it, from now on")
                .on(table))
        : Optional.empty();
  }

  private Optional<Judgement> types(
      Node constraint, QualifiedName table, List<String> columns, Map<String, String> types) {
    Optional<RelationFacts> parent = known.relation(constraint.relation("pktable"));
    if (parent.isEmpty()) {
      return Optional.empty();
    }
    List<String> written = constraint.names("pk_attrs");
    List<String> target =
        written.isEmpty()
            ? parent.get().indexes().stream()
                .filter(Index::primary)
                .findFirst()
                .map(Index::columns)
                .orElse(List.of())
            : written;
    for (int i = 0; i < Math.min(columns.size(), target.size()); i++) {
      String column = columns.get(i);
      Optional<String> from =
          Optional.ofNullable(types.get(column))
              .or(() -> known.column(table, column).map(Column::type));
      Optional<String> to = parent.get().column(target.get(i)).map(Column::type);
      if (from.isPresent() && to.isPresent() && !areAlike(from.get(), to.get())) {
        return Optional.of(
            Judgement.of(
                    Rule.FOREIGN_KEY_TYPES,
                    "%s.%s is %s and references %s.%s, which is %s"
                        .formatted(
                            table,
                            column,
                            from.get(),
                            constraint.relation("pktable"),
                            target.get(i),
                            to.get()))
                .on(table));
      }
    }
    return Optional.empty();
  }

  private static boolean areAlike(String from, String to) {
    String one = ALIKE.getOrDefault(from, from);
    String other = ALIKE.getOrDefault(to, to);
    return one.equals(other) || !COMPARED.contains(one) || !COMPARED.contains(other);
  }
}
