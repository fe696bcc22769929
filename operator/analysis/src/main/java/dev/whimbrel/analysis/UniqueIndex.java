package dev.whimbrel.analysis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whimbrel.analysis.catalog.RelationFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A unique index as it is written: its key and its condition, to be evaluated before anybody has
 * approved the script. The parse tree does not tell where an expression of a key stands, so its
 * text is looked for, and taken only where PostgreSQL reads the same in it.
 *
 * @param key SQL of each element
 * @param condition that a row has to meet to be in the index; empty where all are
 */
record UniqueIndex(List<String> key, Optional<String> condition) {

  private static final Pattern WHERE = Pattern.compile("(?i)\\bwhere\\b");
  private static final Pattern ON = Pattern.compile("(?is)\\son\\s");

  /** Empty where an element may not be evaluated, or its text is not found. */
  static Optional<UniqueIndex> of(
      Trees trees, Statement statement, RelationFacts table, Node index) {
    String text = statement.text();
    int open = openingOfKey(text);
    if (open < 0) {
      return Optional.empty();
    }
    List<String> key = new ArrayList<>();
    String rest = text.substring(open + 1);
    for (Node element : index.list("indexParams")) {
      String clause = Clause.at(rest, 0);
      Optional<String> sql = element(trees, table, element, clause);
      if (sql.isEmpty()) {
        return Optional.empty();
      }
      key.add(sql.get());
      int end = rest.indexOf(clause) + clause.length();
      rest = rest.substring(Math.min(end + 1, rest.length()));
    }
    if (!index.has("whereClause")) {
      return Optional.of(new UniqueIndex(List.copyOf(key), Optional.empty()));
    }
    return condition(trees, table, text, index.node("whereClause"))
        .map(condition -> new UniqueIndex(List.copyOf(key), Optional.of(condition)));
  }

  /** A literal may hold the word too. */
  private static Optional<String> condition(
      Trees trees, RelationFacts table, String text, Node expression) {
    return WHERE
        .matcher(text)
        .results()
        .map(where -> same(trees, table, text.substring(where.end()), expression))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** The first parenthesis after ON is that of the key: a table's name has none. */
  private static int openingOfKey(String text) {
    Matcher on = ON.matcher(text);
    return on.find() ? text.indexOf('(', on.end()) : -1;
  }

  private static Optional<String> element(
      Trees trees, RelationFacts table, Node element, String clause) {
    if (element.has("collation")) {
      // It may take for the same what the column does not.
      return Optional.empty();
    }
    if (element.has("name")) {
      return table.column(element.text("name")).map(column -> Identifiers.quoted(column.name()));
    }
    // What follows is an operator class, or an order.
    int close = Clause.closing(clause);
    return close < 0
        ? Optional.empty()
        : same(trees, table, clause.substring(0, close + 1), element.node("expr"))
            .map(expression -> "(" + expression + ")");
  }

  /** The text, where it is that expression, may be evaluated and speaks of known columns only. */
  private static Optional<String> same(
      Trees trees, RelationFacts table, String text, Node expression) {
    return CheckExpression.harmless(trees, text)
        .filter(read -> unplaced(read).equals(unplaced(expression)))
        .filter(read -> read.all("ColumnRef").findAny().isPresent())
        .filter(read ->
            read.all("ColumnRef")
                .allMatch(column -> table.column(column.lastName("fields")).isPresent()))
        .map(read -> text.strip());
  }

  /** An expression without the places at which its parts stand. */
  private static JsonNode unplaced(Node expression) {
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    copy.set(expression.kind(), expression.fields().deepCopy());
    strip(copy);
    return copy;
  }

  private static void strip(JsonNode json) {
    if (json instanceof ObjectNode object) {
      object.remove("location");
    }
    json.forEach(UniqueIndex::strip);
  }
}
