package dev.whimbrel.analysis;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.pgquery.SqlParser;
import dev.whimbrel.analysis.pgquery.SqlRefused;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A node of PostgreSQL's parse tree: its kind and its fields, by the names of parsenodes.h.
 *
 * @param kind the C struct, as {@code AlterTableStmt}; empty where there is no node
 * @param fields absent where they have their zero value
 */
record Node(String kind, JsonNode fields) {

  /** The statements of a text, each parsed; of a long INSERT not every row is kept. */
  static List<Node> of(SqlParser parser, String sql) throws SqlRefused {
    Optional<LongInsert> insert = LongInsert.of(sql);
    return insert.isPresent() ? List.of(insert.get().parse(parser)) : parsed(parser, sql);
  }

  static List<Node> parsed(SqlParser parser, String sql) throws SqlRefused {
    return elements(parser.statements(sql)).map(raw -> wrapped(raw.path("stmt"))).toList();
  }

  /** A node that may be of any kind: {@code {"Kind": {…}}}. */
  static Node wrapped(JsonNode json) {
    return json.properties().stream()
        .findFirst()
        .map((Map.Entry<String, JsonNode> entry) -> new Node(entry.getKey(), entry.getValue()))
        .orElseGet(() -> new Node("", json));
  }

  boolean is(String other) {
    return kind.equals(other);
  }

  /** A field whose node may be of any kind. */
  Node node(String field) {
    return wrapped(fields.path(field));
  }

  /** A field whose node is always of one kind, which is therefore not written. */
  Node struct(String field) {
    return new Node(fields.has(field) ? field : "", fields.path(field));
  }

  List<Node> list(String field) {
    return elements(fields.path(field)).map(Node::wrapped).toList();
  }

  boolean has(String field) {
    return fields.has(field);
  }

  boolean flag(String field) {
    return fields.path(field).asBoolean();
  }

  /** A string or an enum. */
  String text(String field) {
    return fields.path(field).asText("");
  }

  /** A list of strings, as the columns of a key. */
  List<String> names(String field) {
    return list(field).stream().map(name -> name.text("sval")).toList();
  }

  /** Where it begins in the statement, in bytes of UTF-8; 0 where that is not known. */
  int location() {
    return Math.max(0, fields.path("location").asInt());
  }

  /** The last of a list of strings, as in a name that may be qualified. */
  String lastName(String field) {
    List<Node> names = list(field);
    return names.isEmpty() ? "" : names.getLast().text("sval");
  }

  /** The table that a RangeVar names. */
  QualifiedName relation(String field) {
    JsonNode range = fields.path(field);
    return new QualifiedName(range.path("schemaname").asText(""), range.path("relname").asText(""));
  }

  /** This node and all below it, of a kind. */
  Stream<Node> all(String wanted) {
    return all(Set.of(wanted));
  }

  /** This node and all below it, of some kinds. */
  Stream<Node> all(Set<String> wanted) {
    List<Node> found = new ArrayList<>();
    if (wanted.contains(kind)) {
      found.add(this);
    }
    below(fields, wanted, found);
    return found.stream();
  }

  /** In loops: every rule goes through every tree. */
  private static void below(JsonNode json, Set<String> wanted, List<Node> found) {
    if (json.isObject()) {
      for (Map.Entry<String, JsonNode> field : json.properties()) {
        if (wanted.contains(field.getKey())) {
          found.add(new Node(field.getKey(), field.getValue()));
        }
        below(field.getValue(), wanted, found);
      }
    } else if (json.isArray()) {
      for (JsonNode each : json) {
        below(each, wanted, found);
      }
    }
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return array.valueStream();
  }
}
