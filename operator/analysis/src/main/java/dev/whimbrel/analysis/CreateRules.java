package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What creates tables, indexes and what hangs on them. */
final class CreateRules {

  private final CreatedObjects created;

  CreateRules(CreatedObjects created) {
    this.created = created;
  }

  Optional<Judgement> judge(Node s, Statement statement) {
    return switch (s.kind()) {
      case "CreateStmt" -> createTable(s, statement);
      case "CreateTableAsStmt" ->
          Optional.of(
              Judgement.of(
                  Rule.CREATE_TABLE_AS,
                  "CREATE … AS reads and copies rows; it takes as long as they are many"));
      case "IndexStmt" -> createIndex(s, statement);
      case "ViewStmt" ->
          s.flag("replace")
              ? Optional.of(
                  Judgement.of(
                          Rule.REPLACE_VIEW,
                          "CREATE OR REPLACE VIEW blocks readers of the view: read it")
                      .on(s.relation("view")))
              : Optional.empty();
      case "CreateTrigStmt" ->
          onTable(
              s,
              "relation",
              Rule.CREATE_TRIGGER,
              "CREATE TRIGGER: what it does to each row is in its function");
      case "RuleStmt" ->
          onTable(
              s, "relation", Rule.CREATE_RULE, "CREATE RULE makes statements do something else");
      case "CreatePolicyStmt" ->
          onTable(
              s, "table", Rule.CREATE_POLICY, "CREATE POLICY decides who sees which rows: read it");
      case "CreatedbStmt" ->
          Optional.of(
              Judgement.of(
                  Rule.CREATE_DATABASE, "CREATE DATABASE is outside of this migration's database"));
      default -> Optional.of(named(statement));
    };
  }

  private Optional<Judgement> onTable(Node s, String field, Rule rule, String message) {
    QualifiedName table = s.relation(field);
    return created.contains(table)
        ? Optional.empty()
        : Optional.of(Judgement.of(rule, message).on(table));
  }

  private Optional<Judgement> createTable(Node s, Statement statement) {
    QualifiedName table = s.relation("relation");
    List<QualifiedName> parents =
        s.list("inhRelations").stream().map(CreatedObjects::name).toList();
    boolean partition = s.has("partbound") && !parents.stream().allMatch(created::contains);
    // IF NOT EXISTS may find a table that holds data, so it does not count as new.
    if (s.struct("relation").text("relpersistence").equals("t")) {
      created.addTemporary(table);
    } else if (!s.flag("if_not_exists")) {
      created.add(table);
    }
    return partition
        ? Optional.of(
            Judgement.of(
                    Rule.CREATE_PARTITION,
                    "CREATE TABLE … PARTITION OF blocks readers of the whole table, and reads its"
                        + " default partition; CREATE TABLE … (LIKE …) with a CHECK like the"
                        + " bounds, then ATTACH PARTITION, does not")
                .on(parents.getFirst())
                .calling("partition", Identifiers.quoted(table))
                .calling("bounds", bounds(statement)))
        : Optional.empty();
  }

  private static String bounds(Statement statement) {
    String text = statement.text();
    int begin = text.toUpperCase(Locale.ROOT).indexOf("FOR VALUES");
    return begin < 0 ? "DEFAULT" : text.substring(begin);
  }

  private Optional<Judgement> createIndex(Node s, Statement statement) {
    QualifiedName table = s.relation("relation");
    return s.flag("concurrent") || created.contains(table)
        ? Optional.empty()
        : Optional.of(
            Judgement.of(
                    Rule.CREATE_INDEX,
                    "CREATE INDEX blocks writers of "
                        + table
                        + " until it is built; CREATE INDEX CONCURRENTLY, alone in its script,"
                        + " does not")
                .on(table)
                .calling(
                    "concurrently",
                    statement
                        .text()
                        .replaceFirst(
                            "(?is)^(create\\s+(?:unique\\s+)?index)\\b", "$1 CONCURRENTLY")
                        .replaceFirst("(?is)\\bon\\s+only\\s", "ON ")));
  }

  /** A rule for objects of a kind that has no rules of its own. */
  static Judgement named(Statement statement) {
    String verb = statement.firstWord();
    String what = statement.word(statement.matches(1, "OR", "REPLACE") ? 3 : 1);
    return switch (what.isEmpty() ? "" : verb) {
      case "CREATE" ->
          Judgement.of(Rule.CREATE_OBJECT, "CREATE " + what + ": read it before approving");
      case "ALTER" ->
          Judgement.of(Rule.ALTER_OBJECT, "ALTER " + what + ": read it before approving");
      default ->
          Judgement.of(
              Rule.UNKNOWN_STATEMENT, "not classified: " + verb + ": read it before approving");
    };
  }
}
