package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How an UPDATE or a DELETE of one table is cut into statements of a thousand rows: the same
 * statement, carried out again and again until it finds nothing. Only where that ends, and has then
 * changed the rows that the statement would have changed and no others: each row has to tell by
 * itself, and whenever it is asked, whether it is to be changed and whether it has been. Triggers
 * and foreign keys may change that as well; those that the catalog does not tell are not known.
 *
 * @param rows what it changes: its table, with its condition
 * @param next the statement of one batch; a comment that says how else, where there is none
 */
record Batches(String rows, String next) {

  /** For what reads more than its own row: what was changed already would count. */
  static final String KEYS_FIRST =
      "-- first the keys of what it finds, with their new values, into a table; then a range of"
          + " these keys at a time: in parts the statement itself would find something else";

  private static final String BY_KEPT_KEYS =
      "-- the rows kept above, a range of their keys at a time, instead of the condition: it would"
          + " find others each time";

  private static final String BY_KEY =
      "-- a range of a key at a time, beside the condition: a row does not tell whether it is done";

  /** Where else a word may stand that is none of the statement. */
  private static final Set<String> NOT_READ = Set.of("--", "/*", "$", "\\");

  private static final Pattern VERB = Pattern.compile("(?is)^(update|delete\\s+from)\\s");

  private static final String AT_MOST = " LIMIT 1000);";

  /** Empty where the statement is another, or reads more than its table. */
  static Optional<Batches> of(Node s, Statement statement, Known known) {
    boolean one =
        (s.is("UpdateStmt") || s.is("DeleteStmt"))
            && !s.has("fromClause")
            && !s.has("usingClause")
            && !s.has("withClause")
            && !s.has("returningClause")
            && !s.has("returningList")
            && VERB.matcher(statement.text()).lookingAt()
            && NOT_READ.stream().noneMatch(statement.text()::contains);
    if (!one) {
      return Optional.empty();
    }
    String text = statement.text();
    int set = s.is("UpdateStmt") ? Clause.find(text, "set") : -1;
    int where = s.has("whereClause") ? Clause.find(text, "where") : text.length();
    if (where < 0 || s.is("UpdateStmt") && set < 0) {
      return Optional.empty();
    }
    String condition = text.substring(Math.min(text.length(), where + "where".length())).strip();
    String table =
        VERB.matcher(text.substring(0, s.is("UpdateStmt") ? set : where)).replaceFirst("").strip();
    String rows = table + (condition.isEmpty() ? "" : " WHERE " + condition);
    if (s.list("targetList").stream().anyMatch(Batches::readsMore)) {
      return Optional.of(new Batches(rows, KEYS_FIRST));
    }
    if (!isSteady(s, known)) {
      return Optional.of(new Batches(rows, BY_KEPT_KEYS));
    }
    return Optional.of(
        new Batches(
            rows,
            left(s, condition, known)
                .map(left -> batch(text.substring(0, where), table, left))
                .orElse(BY_KEY)));
  }

  /** Whether the rows that are found are the same, whatever has been done to the others. */
  private static boolean isSteady(Node s, Known known) {
    Node condition = s.node("whereClause");
    Optional<RelationFacts> facts = known.relation(s.relation("relation"));
    boolean plain = facts.stream().allMatch(Batches::isPlain);
    return plain
        && Volatility.of(condition) == Volatility.STEADY
        && !(s.is("DeleteStmt") && SelfReference.mayUnsettle(s, facts));
  }

  /** A trigger may do anything, and what is no table may be made of others. */
  private static boolean isPlain(RelationFacts facts) {
    return facts.triggers().isEmpty()
        && Set.of(RelationKind.TABLE, RelationKind.PARTITIONED_TABLE).contains(facts.kind());
  }

  private static boolean readsMore(Node target) {
    return target.all(Set.of("SubLink", "MultiAssignRef")).findAny().isPresent();
  }

  /** Which rows are left to do; empty where a row does not tell. */
  private static Optional<String> left(Node s, String condition, Known known) {
    String given = condition.isEmpty() ? "" : "(" + condition + ")";
    if (s.is("DeleteStmt") || fillsWhatIsNull(s, known)) {
      return Optional.of(given);
    }
    return undone(s, known).map(undone -> given.isEmpty() ? undone : given + " AND " + undone);
  }

  /** UPDATE t SET a = … WHERE a IS NULL: a row that has a value is done. */
  private static boolean fillsWhatIsNull(Node update, Known known) {
    QualifiedName table = update.relation("relation");
    Set<String> nulls = tested(update, "IS_NULL");
    Set<String> values = tested(update, "IS_NOT_NULL");
    NeverNull neverNull =
        new NeverNull(
            column -> values.contains(column) || known.provesNotNull(table, column),
            column -> known.column(table, column).filter(NeverNull::isText).isPresent());
    return update.list("targetList").stream()
        .anyMatch(target ->
            nulls.contains(target.text("name"))
                && !target.has("indirection")
                && neverNull.holds(target.node("val")));
  }

  /** The columns of which a condition says that all rows that are found are so. */
  private static Set<String> tested(Node s, String test) {
    Node where = s.node("whereClause");
    Stream<Node> all =
        where.text("boolop").equals("AND_EXPR") ? where.list("args").stream() : Stream.of(where);
    return all.filter(each -> each.text("nulltesttype").equals(test))
        .map(each -> each.node("arg"))
        .filter(argument -> argument.is("ColumnRef"))
        .map(column -> column.lastName("fields"))
        .collect(Collectors.toSet());
  }

  /** The condition stands twice: of a partitioned table a ctid alone may be that of two rows. */
  private static String batch(String head, String table, String condition) {
    return head.strip()
        + " WHERE "
        + (condition.isEmpty() ? "" : condition + " AND ")
        + "ctid IN (SELECT ctid FROM "
        + table
        + (condition.isEmpty() ? "" : " WHERE " + condition)
        + AT_MOST;
  }

  /** That a row has not got its new values yet; empty where that cannot be asked of one of them. */
  private static Optional<String> undone(Node update, Known known) {
    List<Node> targets = update.list("targetList");
    Set<String> assigned =
        targets.stream().map(target -> target.text("name")).collect(Collectors.toSet());
    QualifiedName table = update.relation("relation");
    List<String> undone =
        targets.stream()
            .filter(target -> !target.has("indirection"))
            .filter(target ->
                target
                    .node("val")
                    .all("ColumnRef")
                    .map(column -> column.lastName("fields"))
                    .noneMatch(assigned::contains))
            .map(target ->
                new AssignedValue(
                    target.text("name"),
                    target.node("val"),
                    (String name) -> known.column(table, name)))
            .flatMap(value -> value.undone().stream())
            .toList();
    if (undone.size() < targets.size()) {
      return Optional.empty();
    }
    String one = String.join(" OR ", undone);
    return Optional.of(undone.size() > 1 ? "(" + one + ")" : one);
  }
}
