package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.locks.LockMode;
import dev.whimbrel.analysis.locks.RelationLock;
import dev.whimbrel.analysis.locks.StatementLocks;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which statements take as long as a relation is large: they change as many rows as a condition
 * happens to choose, or read, write or index all of them under a lock, or copy rows. What is merely
 * read may be one row that an index finds.
 */
final class LongWork {

  private static final String SERIES = "generate_series";

  /** What an index answers by its first or its last entry. */
  private static final Set<String> ENDS_OF_INDEX = Set.of("min", "max");

  private final Known known;

  LongWork(Known known) {
    this.known = known;
  }

  boolean is(Node s, StatementLocks locks) {
    return switch (s.kind()) {
      case "CopyStmt" -> true;
      case "CreateTableAsStmt" ->
          !s.struct("into").flag("skipData") && (copies(s.node("query")) || works(locks));
      case "RefreshMatViewStmt" -> !s.flag("skipData") && works(locks);
      case "InsertStmt" -> copies(s.node("selectStmt")) || worksElsewhere(s, locks);
      case "SelectStmt" -> s.has("intoClause") && copies(s) || works(locks);
      case "ExplainStmt" -> is(s.node("query"), locks);
      default -> works(locks);
    };
  }

  /** Rows that a statement brings along; how many they are its length tells. */
  static boolean bringsRows(Node s) {
    return s.is("InsertStmt") && s.node("selectStmt").has("valuesLists");
  }

  private static boolean works(StatementLocks locks) {
    return locks.locks().stream().anyMatch(LongWork::works);
  }

  private static boolean works(RelationLock lock) {
    return lock.mode() != LockMode.ACCESS_SHARE && lock.lasts();
  }

  /** WITH may change others; of the table itself it may read whether it has a row. */
  private static boolean worksElsewhere(Node insert, StatementLocks locks) {
    String table = Identifiers.quoted(insert.relation("relation"));
    return locks.locks().stream()
        .filter(lock -> !lock.relation().equals(table))
        .anyMatch(LongWork::works);
  }

  /** Whether a query gives the rows of others; without FROM it gives one, but for such targets. */
  private boolean copies(Node query) {
    if (targets(query).anyMatch(this::isLong)) {
      return true;
    }
    Set<String> common = QueryForms.commonNames(query);
    return Stream.concat(from(query), query.struct("withClause").list("ctes").stream())
        .flatMap(source -> source.all(Set.of("RangeVar", "RangeFunction")))
        .anyMatch(source -> source.is("RangeFunction") || isLarge(source, common));
  }

  /** What a query gives: its targets, or its rows where it brings them along. */
  private static Stream<Node> targets(Node select) {
    return select.has("op") && select.has("larg")
        ? Stream.concat(targets(select.struct("larg")), targets(select.struct("rarg")))
        : Stream.concat(select.list("targetList").stream(), select.list("valuesLists").stream());
  }

  private boolean isLong(Node target) {
    return target.all("FuncCall").anyMatch(call -> call.lastName("funcname").equals(SERIES))
        || target.all("SubLink").anyMatch(this::readsAll);
  }

  /**
   * Whether a subquery reads all of a table. With a condition it may ask for one row, and as a
   * value it has one at most unless a function makes one of many.
   */
  private boolean readsAll(Node subquery) {
    Node select = subquery.node("subselect");
    List<String> functions = select.all("FuncCall").map(call -> call.lastName("funcname")).toList();
    boolean gathers =
        switch (subquery.text("subLinkType")) {
          case "EXISTS_SUBLINK" -> false;
          case "EXPR_SUBLINK" -> !functions.isEmpty();
          default -> true;
        };
    boolean all =
        gathers
            && !select.has("whereClause")
            && !select.has("limitCount")
            && functions.stream().noneMatch(ENDS_OF_INDEX::contains);
    Set<String> common = QueryForms.commonNames(select);
    return all
        && from(select)
            .flatMap(source -> source.all("RangeVar"))
            .anyMatch(source -> isLarge(source, common));
  }

  private static Stream<Node> from(Node select) {
    return select.has("op") && select.has("larg")
        ? Stream.concat(from(select.struct("larg")), from(select.struct("rarg")))
        : select.list("fromClause").stream();
  }

  private boolean isLarge(Node range, Set<String> common) {
    QualifiedName table = CreatedObjects.name(range);
    boolean isCommon = table.schema().isEmpty() && common.contains(table.name());
    return !isCommon && !known.isNew(table) && !known.isEmpty(table);
  }
}
