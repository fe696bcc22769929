package dev.whimbrel.analysis;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The rows that FOR UPDATE and FOR SHARE lock, wherever they stand in a statement. */
final class RowLocks {

  private RowLocks() {}

  static void add(Node s, LockForms forms) {
    Set<String> common = QueryForms.commonNames(s);
    s.all(Set.of("SelectStmt", "larg", "rarg"))
        .filter(select -> select.has("lockingClause"))
        .forEach(select ->
            locked(select)
                .filter(range -> range.has("schemaname") || !common.contains(range.text("relname")))
                .forEach(range ->
                    forms
                        .add("select-for-update", CreatedObjects.name(range))
                        .locking(ChosenRows.ofSelect(select, range, forms))));
  }

  /** Without OF, all that FROM names; what only its conditions read is not locked. */
  private static Stream<Node> locked(Node select) {
    List<Node> from = select.list("fromClause");
    List<Node> clauses = select.list("lockingClause");
    if (clauses.stream().anyMatch(clause -> !clause.has("lockedRels"))) {
      return from.stream().flatMap(each -> each.all("RangeVar"));
    }
    return clauses.stream()
        .flatMap(clause -> clause.list("lockedRels").stream())
        .map(name -> name.text("relname"))
        .flatMap(name -> from.stream().flatMap(each -> called(name, each)));
  }

  /** A subquery has its alias, a join that of each of its sides. */
  private static Stream<Node> called(String name, Node from) {
    return from.all(Set.of("RangeVar", "RangeSubselect"))
        .filter(range -> {
          String alias = range.struct("alias").text("aliasname");
          return (alias.isEmpty() ? range.text("relname") : alias).equals(name);
        })
        .flatMap(range -> range.all("RangeVar"));
  }
}
