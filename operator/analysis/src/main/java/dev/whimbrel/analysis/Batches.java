package dev.whimbrel.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An UPDATE or a DELETE of one table, cut into statements of a thousand rows: the same statement,
 * carried out again and again until it finds nothing. Only where a row tells whether it is done.
 *
 * @param rows what it reads: its table, with its condition
 * @param sql the statement of one batch; empty where a row does not tell
 */
record Batches(String rows, Optional<String> sql) {

  /** Where else a word may stand that is none of the statement. */
  private static final Set<String> NOT_READ = Set.of("--", "/*", "$", "\\");

  private static final String AT_MOST = " LIMIT 1000);";

  /** Empty where the statement is another, or reads more than its table. */
  static Optional<Batches> of(Node s, Statement statement) {
    boolean one =
        (s.is("UpdateStmt") || s.is("DeleteStmt"))
            && !s.has("fromClause")
            && !s.has("usingClause")
            && !s.has("withClause")
            && !s.has("returningClause")
            && !s.has("returningList")
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
        text.substring(0, s.is("UpdateStmt") ? set : where)
            .replaceFirst("(?is)^(update|delete\\s+from)\\s", "")
            .strip();
    String rows = table + (condition.isEmpty() ? "" : " WHERE " + condition);
    return Optional.of(
        new Batches(
            rows,
            left(s, text, condition).map(left -> batch(text.substring(0, where), table, left))));
  }

  /** Which rows are left to do; empty where a row does not tell. */
  private static Optional<String> left(Node s, String text, String condition) {
    String given = condition.isEmpty() ? "" : "(" + condition + ")";
    if (s.is("DeleteStmt") || fillsWhatIsNull(s)) {
      return Optional.of(given);
    }
    return undone(s, text).map(undone -> given.isEmpty() ? undone : given + " AND " + undone);
  }

  /** UPDATE t SET a = … WHERE a IS NULL: a row that has a value is done. */
  private static boolean fillsWhatIsNull(Node update) {
    Node where = update.node("whereClause");
    Stream<Node> all =
        where.text("boolop").equals("AND_EXPR") ? where.list("args").stream() : Stream.of(where);
    return all.filter(each -> each.text("nulltesttype").equals("IS_NULL"))
        .map(each -> each.node("arg").lastName("fields"))
        .anyMatch(column ->
            update.list("targetList").stream()
                .anyMatch(target -> target.text("name").equals(column)));
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

  /** That a row has not got its new values yet; empty where they depend on the old ones. */
  private static Optional<String> undone(Node update, String text) {
    List<Node> targets = update.list("targetList");
    Set<String> assigned =
        targets.stream().map(target -> target.text("name")).collect(Collectors.toSet());
    List<String> values = new ArrayList<>();
    for (Node target : targets) {
      Node value = target.node("val");
      boolean steady =
          !target.has("indirection")
              && !value.is("SetToDefault")
              && !value.is("MultiAssignRef")
              && CheckExpression.isHarmless(value)
              && value
                  .all("ColumnRef")
                  .map(column -> column.lastName("fields"))
                  .noneMatch(assigned::contains);
      String assignment = Clause.at(text, target.location());
      int equals = assignment.indexOf('=');
      if (!steady || equals < 0) {
        return Optional.empty();
      }
      values.add(assignment(assignment.substring(equals + 1)));
    }
    String columns =
        targets.stream()
            .map(target -> Identifiers.quoted(target.text("name")))
            .collect(Collectors.joining(", ", "(", ")"));
    return Optional.of(columns + " IS DISTINCT FROM (" + String.join(", ", values) + ")");
  }

  /** Of the last one the condition follows. */
  private static String assignment(String written) {
    int where = Clause.find(written, "where");
    return (where < 0 ? written : written.substring(0, where)).strip();
  }
}
