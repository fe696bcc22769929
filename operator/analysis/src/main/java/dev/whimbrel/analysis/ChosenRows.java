package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Index;
import dev.whimbrel.analysis.locks.RelationLock.Rows;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which rows of a table a condition chooses: those that it names, by a key and values that it
 * brings along, or as many as the table happens to have.
 */
final class ChosenRows {

  /** A LIMIT up to this is a batch. */
  private static final int BATCH = 10_000;

  private final LockForms forms;
  private final QualifiedName table;
  private final Set<String> names;
  private final Set<String> literals = new HashSet<>();
  private final boolean joined;

  /**
   * @param target the RangeVar whose rows are locked
   * @param from what else the condition may speak of
   */
  private ChosenRows(Node target, List<Node> from, LockForms forms) {
    this.forms = forms;
    this.table = CreatedObjects.name(target);
    this.names = Set.of(called(target, table.name()));
    this.joined = !from.isEmpty();
    from.stream()
        .filter(each -> each.node("subquery").has("valuesLists"))
        .forEach(each -> literals.add(called(each, "")));
  }

  /** Those of an UPDATE, a DELETE or a MERGE. */
  static Rows of(Node s, LockForms forms) {
    Node condition = s.node(s.is("MergeStmt") ? "joinCondition" : "whereClause");
    List<Node> from =
        switch (s.kind()) {
          case "UpdateStmt" -> s.list("fromClause");
          case "DeleteStmt" -> s.list("usingClause");
          default -> List.of(s.node("sourceRelation"));
        };
    if (condition.kind().isEmpty() && from.isEmpty()) {
      return Rows.ALL;
    }
    return new ChosenRows(s.struct("relation"), from, forms).by(condition);
  }

  /** Those of one table that a SELECT locks. */
  static Rows ofSelect(Node select, Node target, LockForms forms) {
    if (isBatch(select)) {
      return Rows.NAMED;
    }
    Node condition = select.node("whereClause");
    if (condition.kind().isEmpty()) {
      return select.has("limitCount") ? Rows.SOME : Rows.ALL;
    }
    List<Node> others =
        select.list("fromClause").stream()
            .filter(each -> each.fields() != target.fields())
            .toList();
    return new ChosenRows(target, others, forms).by(condition);
  }

  private Rows by(Node condition) {
    if (isNamed(condition)) {
      return Rows.NAMED;
    }
    if (forms.facts(table).isEmpty() && mayBeNamed(condition)) {
      forms.atMost();
    }
    return Rows.SOME;
  }

  /** Whether each alternative gives a value to every column of a key. */
  private boolean isNamed(Node condition) {
    if (condition.text("boolop").equals("OR_EXPR")) {
      return condition.list("args").stream().allMatch(this::isNamed);
    }
    List<Node> all =
        condition.text("boolop").equals("AND_EXPR") ? condition.list("args") : List.of(condition);
    Set<String> given = new HashSet<>();
    all.forEach(each -> given.addAll(given(each)));
    return isKey(given)
        || all.stream()
            .filter(each -> each.text("boolop").equals("OR_EXPR"))
            .anyMatch(this::isNamed);
  }

  /** Whether a column is given a value, which may be a key. */
  private boolean mayBeNamed(Node condition) {
    return !given(condition).isEmpty()
        || condition.list("args").stream().anyMatch(this::mayBeNamed);
  }

  private boolean isKey(Set<String> columns) {
    return columns.contains("ctid")
        || forms.facts(table).stream()
            .flatMap(facts -> facts.indexes().stream())
            .filter(index -> index.unique() && index.valid() && !index.partial())
            .map(Index::columns)
            .anyMatch(columns::containsAll);
  }

  /** The columns of the table to which a comparison gives one of some values. */
  private Set<String> given(Node comparison) {
    if (comparison.is("SubLink")) {
      return comparison.text("subLinkType").equals("ANY_SUBLINK")
              && !comparison.has("operName")
              && isBatch(comparison.node("subselect"))
          ? columns(comparison.node("testexpr"))
          : Set.of();
    }
    boolean equal =
        Set.of("AEXPR_OP", "AEXPR_OP_ANY", "AEXPR_IN").contains(comparison.text("kind"))
            && comparison.lastName("name").equals("=");
    if (!equal) {
      return Set.of();
    }
    Stream<Node> right =
        comparison.text("kind").equals("AEXPR_IN")
            ? comparison.node("rexpr").list("items").stream()
            : Stream.of(comparison.node("rexpr"));
    if (right.allMatch(this::isValue)) {
      return columns(comparison.node("lexpr"));
    }
    return comparison.text("kind").equals("AEXPR_OP") && isValue(comparison.node("lexpr"))
        ? columns(comparison.node("rexpr"))
        : Set.of();
  }

  private Set<String> columns(Node expression) {
    List<Node> parts = expression.is("RowExpr") ? expression.list("args") : List.of(expression);
    Set<String> columns = new HashSet<>();
    for (Node part : parts) {
      column(part).ifPresent(columns::add);
    }
    return columns;
  }

  /** A column without its table is one of the table's own only where there is no other. */
  private Optional<String> column(Node expression) {
    List<String> name = expression.is("ColumnRef") ? expression.names("fields") : List.of();
    boolean own =
        name.size() == 1 && !joined || name.size() > 1 && names.contains(name.get(name.size() - 2));
    return own ? Optional.of(name.getLast()) : Optional.empty();
  }

  /** One value, or those of a list that the statement holds itself. */
  private boolean isValue(Node expression) {
    return expression
            .all("SubLink")
            .allMatch(link ->
                link.text("subLinkType").equals("EXPR_SUBLINK") || isBatch(link.node("subselect")))
        && (expression.is("SubLink")
            || expression
                .all("ColumnRef")
                .map(column -> column.names("fields"))
                .allMatch(name -> name.size() > 1 && literals.contains(name.getFirst())));
  }

  private static boolean isBatch(Node select) {
    return select.fields().at("/limitCount/A_Const/ival/ival").asInt(Integer.MAX_VALUE) <= BATCH;
  }

  private static String called(Node range, String otherwise) {
    String alias = range.struct("alias").text("aliasname");
    return alias.isEmpty() ? otherwise : alias;
  }
}
