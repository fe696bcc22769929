package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Check;
import dev.whimbrel.analysis.catalog.ForeignKey;
import dev.whimbrel.analysis.catalog.Index;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What one ALTER TABLE or CREATE UNIQUE INDEX asks of the rows that are there. */
final class TableQuestions {

  private final Trees trees;
  private final SchemaFacts facts;
  private final String script;
  private final Statement statement;
  private final Predicate<QualifiedName> unchanged;
  private final List<DataQuestion> questions = new ArrayList<>();

  TableQuestions(
      Trees trees,
      SchemaFacts facts,
      String script,
      Statement statement,
      Predicate<QualifiedName> unchanged) {
    this.trees = trees;
    this.facts = facts;
    this.script = script;
    this.statement = statement;
    this.unchanged = unchanged;
  }

  List<DataQuestion> of(Node s) {
    if (s.is("AlterTableStmt")) {
      table(s.relation("relation"))
          .ifPresent(table -> s.list("cmds").forEach(action -> alter(table, action)));
    } else if (s.is("IndexStmt") && s.flag("unique")) {
      table(s.relation("relation")).ifPresent(table -> uniqueIndex(table, s));
    }
    return questions;
  }

  private Optional<RelationFacts> table(QualifiedName name) {
    return unchanged.test(name)
        ? facts
            .relation(name)
            .filter(found ->
                Set.of(RelationKind.TABLE, RelationKind.PARTITIONED_TABLE).contains(found.kind()))
        : Optional.empty();
  }

  private void alter(RelationFacts table, Node action) {
    String name = action.text("name");
    switch (action.text("subtype")) {
      case "AT_SetNotNull" -> nulls(table, name, "SET NOT NULL");
      case "AT_AddColumn" -> column(table, action.node("def"));
      case "AT_AddConstraint" -> constraint(table, action.node("def"));
      case "AT_ValidateConstraint" -> validate(table, name);
      case "AT_AlterColumnType" ->
          new NarrowedType(table, name, action.node("def")).asked().ifPresent(this::add);
      default -> {
        // Asks nothing of the rows.
      }
    }
  }

  private void nulls(RelationFacts table, String column, String what) {
    if (table.column(column).isEmpty() || table.provesNotNull(column)) {
      return;
    }
    String quoted = Identifiers.quoted(column);
    add(
        new Asked(
            List.of(table),
            "SELECT count(*) FROM " + sql(table) + " WHERE " + quoted + " IS NULL",
            what
                + " fails (23502), because "
                + column
                + " of "
                + table.name()
                + " is NULL in {n} rows; fill them first: UPDATE "
                + sql(table)
                + " SET "
                + quoted
                + " = … WHERE "
                + quoted
                + " IS NULL",
            "no " + column + " of " + table.name() + " is NULL"));
  }

  /** Without a default, each row would have a NULL at once. */
  private void column(RelationFacts table, Node column) {
    List<String> types =
        column.list("constraints").stream().map(each -> each.text("contype")).toList();
    boolean required = types.contains("CONSTR_NOTNULL") || types.contains("CONSTR_PRIMARY");
    if (required && !AddedColumn.isFilled(column)) {
      add(
          new Asked(
              List.of(table),
              "SELECT count(*) FROM (SELECT FROM " + sql(table) + " LIMIT 1) AS one",
              table.name()
                  + " holds rows, and "
                  + column.text("colname")
                  + " is NOT NULL without a default, so ADD COLUMN fails (23502); give it a"
                  + " DEFAULT, or add it without NOT NULL and fill it first",
              table.name() + " holds no row"));
    }
  }

  private void constraint(RelationFacts table, Node constraint) {
    boolean later = constraint.flag("skip_validation");
    switch (constraint.text("contype")) {
      case "CONSTR_PRIMARY" -> {
        List<String> key = key(table, constraint);
        key.forEach(column -> nulls(table, column, "PRIMARY KEY"));
        unique(table, key, constraint.has("indexname"), false);
      }
      case "CONSTR_UNIQUE" ->
          unique(
              table,
              key(table, constraint),
              constraint.has("indexname"),
              constraint.flag("nulls_not_distinct"));
      case "CONSTR_FOREIGN" -> {
        if (!later && !constraint.text("fk_matchtype").equals("f")) {
          foreignKey(table, constraint);
        }
      }
      case "CONSTR_CHECK" -> {
        if (!later) {
          CheckExpression.of(trees, statement, constraint)
              .ifPresent(expression -> violations(table, expression));
        }
      }
      case "CONSTR_EXCLUSION" -> Exclusions.asked(table, constraint).ifPresent(this::add);
      default -> {
        // Asks nothing of the rows.
      }
    }
  }

  private static List<String> key(RelationFacts table, Node constraint) {
    return constraint.has("indexname")
        ? table.indexes().stream()
            .filter(index -> index.name().equals(constraint.text("indexname")))
            .findFirst()
            .map(Index::columns)
            .orElse(List.of())
        : names(constraint, "keys");
  }

  private void uniqueIndex(RelationFacts table, Node index) {
    List<Node> parameters = index.list("indexParams");
    boolean nullsToo = index.flag("nulls_not_distinct");
    if (!index.has("whereClause") && parameters.stream().allMatch(each -> each.has("name"))) {
      unique(table, parameters.stream().map(each -> each.text("name")).toList(), false, nullsToo);
    } else {
      UniqueIndex.of(trees, statement, table, index)
          .map(written -> Duplicates.asked(table, written, nullsToo))
          .ifPresent(this::add);
    }
  }

  private void unique(RelationFacts table, List<String> key, boolean indexed, boolean nullsToo) {
    if (!indexed) {
      Duplicates.asked(table, key, nullsToo).ifPresent(this::add);
    }
  }

  private void foreignKey(RelationFacts table, Node constraint) {
    QualifiedName parent = constraint.relation("pktable");
    Optional<RelationFacts> referenced = table(parent);
    if (referenced.isEmpty()) {
      return;
    }
    List<String> written = names(constraint, "pk_attrs");
    List<String> target =
        written.isEmpty()
            ? referenced.get().indexes().stream()
                .filter(Index::primary)
                .findFirst()
                .map(Index::columns)
                .orElse(List.of())
            : written;
    Orphans.asked(table, names(constraint, "fk_attrs"), referenced.get(), target)
        .ifPresent(this::add);
  }

  private void validate(RelationFacts table, String name) {
    for (ForeignKey key : table.foreignKeys()) {
      if (key.name().equals(name) && !key.valid()) {
        facts.relations().values().stream()
            .filter(each -> each.name().equals(key.references()) && unchanged.test(each.name()))
            .findFirst()
            .flatMap(parent -> Orphans.asked(table, key.columns(), parent, key.referenced()))
            .ifPresent(this::add);
      }
    }
    for (Check check : table.checks()) {
      if (check.name().equals(name) && !check.valid()) {
        violations(table, check.definition().replaceFirst("^CHECK \\((.*)\\)( NOT VALID)?$", "$1"));
      }
    }
  }

  private void violations(RelationFacts table, String expression) {
    String rows = " FROM " + sql(table) + " WHERE NOT (" + expression + ")";
    add(
        new Asked(
            List.of(table),
            "SELECT count(*)" + rows,
            "the statement fails (23514), because CHECK "
                + (expression.startsWith("(") ? expression : "(" + expression + ")")
                + " does not hold for {n} rows of "
                + table.name()
                + "; they are: SELECT *"
                + rows,
            "no row of " + table.name() + " violates the CHECK"));
  }

  private void add(Asked asked) {
    questions.add(
        new DataQuestion(
            script, statement.line(), asked.reads(), asked.sql(), asked.failure(), asked.proof()));
  }

  private static List<String> names(Node node, String field) {
    return node.list(field).stream().map(each -> each.text("sval")).toList();
  }

  private static String sql(RelationFacts relation) {
    return Identifiers.quoted(relation.name());
  }
}
