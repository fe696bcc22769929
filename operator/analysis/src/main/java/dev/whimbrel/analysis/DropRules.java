package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.List;
import java.util.stream.Collectors;

/** What removes objects. */
final class DropRules {

  private DropRules() {}

  static Judgement judge(Node s, CreatedObjects created) {
    return switch (s.kind()) {
      case "DropdbStmt" ->
          Judgement.of(Rule.DROP_DATABASE, "DROP DATABASE is never part of a migration; remove it");
      case "DropOwnedStmt" -> removesData(Rule.DROP_OWNED, "DROP OWNED");
      case "DropTableSpaceStmt" -> removesData(Rule.DROP_TABLESPACE, "DROP TABLESPACE");
      default -> drop(s, created);
    };
  }

  private static Judgement drop(Node s, CreatedObjects created) {
    boolean cascades = s.text("behavior").equals("DROP_CASCADE");
    return switch (s.text("removeType")) {
      case "OBJECT_TABLE" -> tables(s, cascades, created);
      case "OBJECT_SCHEMA" -> removesData(Rule.DROP_SCHEMA, "DROP SCHEMA");
      case "OBJECT_EXTENSION" -> removesData(Rule.DROP_EXTENSION, "DROP EXTENSION");
      case "OBJECT_INDEX" -> cascades && !s.flag("concurrent") ? cascade() : index(s);
      default ->
          cascades
              ? cascade()
              : Judgement.of(
                  Rule.DROP_OBJECT, "DROP " + kind(s) + ": what uses it fails afterwards");
    };
  }

  private static Judgement tables(Node s, boolean cascades, CreatedObjects created) {
    List<QualifiedName> tables = s.list("objects").stream().map(DropRules::name).toList();
    boolean isNew = tables.stream().allMatch(created::contains);
    QualifiedName inUse =
        tables.stream().filter(table -> !created.contains(table)).findFirst().orElse(tables.get(0));
    tables.forEach(created::remove);
    return !cascades && isNew
        ? Judgement.of(Rule.DROP_NEW_TABLE, "drops a table that this plan creates")
        : removesData(Rule.DROP_TABLE, "DROP TABLE").on(inUse);
  }

  private static Judgement index(Node s) {
    boolean several = s.list("objects").size() > 1 || s.text("behavior").equals("DROP_CASCADE");
    if (s.flag("concurrent") && several) {
      return Judgement.of(
          Rule.WILL_FAIL,
          "DROP INDEX CONCURRENTLY takes one index and no CASCADE, so PostgreSQL refuses it"
              + " (0A000): a statement for each");
    }
    QualifiedName name = name(s.list("objects").getFirst());
    return Judgement.of(
            Rule.DROP_INDEX,
            s.flag("concurrent")
                ? "drops index " + name + "; queries that used it become slow"
                : "drops index "
                    + name
                    + ", and readers of its table wait meanwhile; DROP INDEX CONCURRENTLY, alone"
                    + " in its script, blocks nobody. Queries that used it become slow")
        .calling("index", Identifiers.quoted(name))
        .calling("drops", one(s));
  }

  /** One at a time: CONCURRENTLY takes no list. */
  private static String one(Node s) {
    return s.list("objects").stream()
        .map(DropRules::name)
        .map(each ->
            "DROP INDEX CONCURRENTLY "
                + (s.flag("missing_ok") ? "IF EXISTS " : "")
                + Identifiers.quoted(each))
        .collect(Collectors.joining(";\n"));
  }

  /** As SQL calls it, where it is not the name of the enum (ObjectType of parsenodes.h). */
  private static String kind(Node s) {
    String type = s.text("removeType").replace("OBJECT_", "");
    return switch (type) {
      case "MATVIEW" -> "MATERIALIZED VIEW";
      case "FDW" -> "FOREIGN DATA WRAPPER";
      case "FOREIGN_SERVER" -> "SERVER";
      case "STATISTIC_EXT" -> "STATISTICS";
      case "OPCLASS" -> "OPERATOR CLASS";
      case "OPFAMILY" -> "OPERATOR FAMILY";
      case "TSCONFIGURATION" -> "TEXT SEARCH CONFIGURATION";
      case "TSDICTIONARY" -> "TEXT SEARCH DICTIONARY";
      case "TSPARSER" -> "TEXT SEARCH PARSER";
      case "TSTEMPLATE" -> "TEXT SEARCH TEMPLATE";
      default -> type.replace('_', ' ');
    };
  }

  private static Judgement cascade() {
    return Judgement.of(
        Rule.DROP_CASCADE, "DROP … CASCADE removes whatever depends on it; name those things");
  }

  private static Judgement removesData(Rule rule, String what) {
    return Judgement.of(rule, what + " removes data for good");
  }

  /** What an object of a DROP names. */
  static QualifiedName name(Node list) {
    List<Node> parts = list.list("items");
    return parts.size() > 1
        ? new QualifiedName(parts.get(parts.size() - 2).text("sval"), parts.getLast().text("sval"))
        : new QualifiedName("", parts.isEmpty() ? "" : parts.getLast().text("sval"));
  }
}
