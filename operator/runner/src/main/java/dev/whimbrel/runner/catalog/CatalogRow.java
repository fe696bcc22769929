package dev.whimbrel.runner.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Check;
import dev.whimbrel.analysis.catalog.Column;
import dev.whimbrel.analysis.catalog.Dependent;
import dev.whimbrel.analysis.catalog.ForeignKey;
import dev.whimbrel.analysis.catalog.Index;
import dev.whimbrel.analysis.catalog.Partitioning;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.catalog.Size;
import dev.whimbrel.analysis.catalog.Traffic;
import dev.whimbrel.analysis.catalog.TypeKind;
import dev.whimbrel.protocol.Json;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A row of relations.sql.
 *
 * @param place in the list of names that was asked for, from 1
 * @param json what the catalog says
 */
record CatalogRow(int place, JsonNode json) {

  /** PostgreSQL's block size, which hardly anybody builds otherwise. */
  private static final long PAGE = 8192;

  /** Statistics of a shorter time say little of a rate. */
  private static final double SHORTEST_SECONDS = 60;

  static CatalogRow read(int place, String json) {
    return new CatalogRow(place, Json.read(json, JsonNode.class));
  }

  /** Whether the name means nothing. */
  boolean isAbsent() {
    return json.path("oid").isNull();
  }

  /** The relation's OID. */
  long id() {
    return json.path("oid").asLong();
  }

  /** All of it but how many bytes it has. */
  RelationFacts facts() {
    return new RelationFacts(
        name(json, "schema", "name"),
        kind(json.path("kind").asText()),
        optionalName("table"),
        new Size(number("rows"), OptionalLong.empty(), OptionalLong.empty()),
        new Traffic(perSecond("changes"), perSecond("reads")),
        list("columns", CatalogRow::column),
        list("checks", CatalogRow::check),
        list("indexes", CatalogRow::index),
        foreignKeys("outgoing"),
        foreignKeys("incoming"),
        list("triggers", JsonNode::asText),
        list("dependents", CatalogRow::dependent),
        new Partitioning(
            optionalName("parent"), json.path("partitions").asInt(), optionalName("default")),
        json.path("replicated").asBoolean());
  }

  /** What pg_type.typtype means. */
  static TypeKind typeKind(String typtype, boolean constrained) {
    return switch (typtype) {
      case "e" -> TypeKind.ENUM;
      case "c" -> TypeKind.COMPOSITE;
      case "r", "m" -> TypeKind.RANGE;
      case "d" -> constrained ? TypeKind.CONSTRAINED_DOMAIN : TypeKind.DOMAIN;
      default -> TypeKind.BASE;
    };
  }

  private static RelationKind kind(String relkind) {
    return switch (relkind) {
      case "r" -> RelationKind.TABLE;
      case "p" -> RelationKind.PARTITIONED_TABLE;
      case "f" -> RelationKind.FOREIGN_TABLE;
      case "v" -> RelationKind.VIEW;
      case "m" -> RelationKind.MATERIALIZED_VIEW;
      case "i" -> RelationKind.INDEX;
      case "I" -> RelationKind.PARTITIONED_INDEX;
      case "S" -> RelationKind.SEQUENCE;
      default -> RelationKind.COMPOSITE_TYPE;
    };
  }

  private static Column column(JsonNode column) {
    return new Column(
        column.path("name").asText(),
        column.path("type").asText(),
        column.path("modifier").asInt(),
        column.path("text").asText(),
        typeKind(column.path("kind").asText(), column.path("constrained").asBoolean()),
        column.path("notNull").asBoolean(),
        column.path("default").asText(""),
        column.path("identity").asBoolean(),
        column.path("generated").asBoolean());
  }

  private static Check check(JsonNode check) {
    return new Check(
        check.path("name").asText(),
        check.path("definition").asText(),
        check.path("valid").asBoolean());
  }

  private static Index index(JsonNode index) {
    return new Index(
        index.path("name").asText(),
        strings(index.path("columns")),
        index.path("unique").asBoolean(),
        index.path("primary").asBoolean(),
        index.path("valid").asBoolean(),
        index.path("partial").asBoolean(),
        pages(index.path("pages").asLong()));
  }

  /** As of the last VACUUM, ANALYZE or build. */
  private static OptionalLong pages(long pages) {
    return pages > 0 ? OptionalLong.of(pages * PAGE) : OptionalLong.empty();
  }

  private List<ForeignKey> foreignKeys(String direction) {
    return stream(json.path("foreignKeys"))
        .filter(key -> key.path(direction).asBoolean())
        .map(key ->
            new ForeignKey(
                key.path("name").asText(),
                name(key, "schema", "table"),
                strings(key.path("columns")),
                name(key, "referencedSchema", "referencedTable"),
                strings(key.path("referenced")),
                key.path("valid").asBoolean()))
        .toList();
  }

  private static Dependent dependent(JsonNode dependent) {
    return new Dependent(
        dependent.path("kind").asText(),
        dependent.path("name").asText(),
        dependent.path("column").asText());
  }

  private OptionalDouble perSecond(String what) {
    double seconds = json.path("seconds").asDouble();
    return json.hasNonNull(what) && seconds >= SHORTEST_SECONDS
        ? OptionalDouble.of(json.path(what).asDouble() / seconds)
        : OptionalDouble.empty();
  }

  private OptionalLong number(String field) {
    return json.hasNonNull(field)
        ? OptionalLong.of(json.path(field).asLong())
        : OptionalLong.empty();
  }

  private Optional<QualifiedName> optionalName(String field) {
    return json.hasNonNull(field)
        ? Optional.of(name(json.path(field), "schema", "name"))
        : Optional.empty();
  }

  private <T> List<T> list(String field, Function<JsonNode, T> reader) {
    return stream(json.path(field)).map(reader).toList();
  }

  private static List<String> strings(JsonNode array) {
    return stream(array).map(JsonNode::asText).toList();
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return array.isArray() ? array.valueStream() : Stream.empty();
  }

  private static QualifiedName name(JsonNode json, String schema, String name) {
    return new QualifiedName(json.path(schema).asText(), json.path(name).asText());
  }
}
