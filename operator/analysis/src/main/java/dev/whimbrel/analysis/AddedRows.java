package dev.whimbrel.analysis;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** How many rows an INSERT adds: those that are written in it, or as many as a query finds. */
final class AddedRows {

  private AddedRows() {}

  /** Whether they are written in it. What is not known to give one row may give any number. */
  static boolean areFew(Node insert) {
    return !insert.has("selectStmt") || areFewOf(insert.node("selectStmt"));
  }

  private static boolean areFewOf(Node select) {
    if (select.has("valuesLists")) {
      return true;
    }
    if (select.has("larg")) {
      return areFewOf(select.struct("larg")) && areFewOf(select.struct("rarg"));
    }
    return select.list("fromClause").stream()
            .allMatch(from -> from.node("subquery").has("valuesLists"))
        && select.list("targetList").stream().allMatch(AddedRows::isOne);
  }

  /** A subquery in a value gives one, whatever it calls. */
  private static boolean isOne(Node target) {
    Set<JsonNode> inSubqueries = Collections.newSetFromMap(new IdentityHashMap<>());
    target
        .all("SubLink")
        .flatMap(link -> link.all("FuncCall"))
        .forEach(call -> inSubqueries.add(call.fields()));
    return target
        .all("FuncCall")
        .filter(call -> !inSubqueries.contains(call.fields()))
        .allMatch(call -> FunctionCalls.givesOne(call) || unnestsWritten(call));
  }

  private static boolean unnestsWritten(Node call) {
    return FunctionCalls.isOfServer(call)
        && call.lastName("funcname").equals("unnest")
        && call.list("args").stream().allMatch(argument -> argument.is("A_ArrayExpr"));
  }
}
