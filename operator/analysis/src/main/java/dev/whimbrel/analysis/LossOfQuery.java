package dev.whimbrel.analysis;

/** What is lost where a query runs. */
final class LossOfQuery {

  private LossOfQuery() {}

  static Loss of(Node query) {
    if (!changesNoRows(query)) {
      return Loss.SOMETHING;
    }
    return query.all("ExecuteStmt").findAny().isPresent() ? Loss.UNKNOWN : ofCalls(query);
  }

  static boolean changesNoRows(Node query) {
    return query.all(QueryRules.CHANGES_ROWS).findAny().isEmpty();
  }

  /** What the functions that it calls may discard. */
  static Loss ofCalls(Node s) {
    boolean known =
        s.all("FuncCall")
            .allMatch(call ->
                FunctionCalls.isOfServer(call) && QueryForms.isTame(call.lastName("funcname")));
    return known ? Loss.NOTHING : Loss.UNKNOWN;
  }
}
