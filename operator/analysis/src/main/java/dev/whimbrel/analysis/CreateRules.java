package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.List;
import java.util.Optional;

/** What creates tables, indexes and what hangs on them. */
final class CreateRules {

  private final Known known;

  CreateRules(Known known) {
    this.known = known;
  }

  List<Judgement> judge(Node s, Statement statement) {
    return switch (s.kind()) {
      case "CreateStmt" -> new NewTables(known).judge(s, statement);
      case "IndexStmt" -> new IndexRules(known).create(s, statement);
      default -> other(s, statement).stream().toList();
    };
  }

  private Optional<Judgement> other(Node s, Statement statement) {
    return switch (s.kind()) {
      case "CreateTableAsStmt" ->
          Optional.of(
              Judgement.of(
                  Rule.CREATE_TABLE_AS,
                  "CREATE … AS reads and copies rows; it takes as long as they are many"));
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
      case "RuleStmt" -> rule(s);
      case "CreatePolicyStmt" ->
          onTable(
              s, "table", Rule.CREATE_POLICY, "CREATE POLICY decides who sees which rows: read it");
      case "CreatedbStmt" ->
          Optional.of(
              Judgement.of(
                  Rule.CREATE_DATABASE, "CREATE DATABASE is outside of this migration's database"));
      default -> ObjectRules.judge(s, statement);
    };
  }

  /** A table whose rows are gone after a crash of the server, and that no replica has. */
  static Optional<Judgement> unlogged(Node s) {
    QualifiedName table =
        s.is("CreateTableAsStmt") ? s.struct("into").relation("rel") : s.relation("relation");
    boolean altered =
        s.is("AlterTableStmt")
            && s.list("cmds").stream()
                .anyMatch(action -> action.text("subtype").equals("AT_SetUnLogged"));
    if (altered) {
      return Optional.of(
          Judgement.of(
                  Rule.UNLOGGED,
                  "rows of "
                      + table
                      + " are gone after a crash of the server, and no replica has them")
              .on(table));
    }
    Node made = s.is("CreateTableAsStmt") ? s.struct("into").struct("rel") : s.struct("relation");
    boolean creates = s.is("CreateStmt") || s.is("CreateTableAsStmt");
    return creates && made.text("relpersistence").equals("u")
        ? Optional.of(
            Judgement.of(
                    Rule.UNLOGGED,
                    table + " is empty after a crash of the server, and on no replica")
                .on(table)
                .at(Risk.LOW))
        : Optional.empty();
  }

  /** On a new table, too, it may do something to another. */
  private Optional<Judgement> rule(Node s) {
    String message = "CREATE RULE makes statements do something else";
    return s.has("actions")
        ? Optional.of(Judgement.of(Rule.CREATE_RULE, message).on(s.relation("relation")))
        : onTable(s, "relation", Rule.CREATE_RULE, message);
  }

  private Optional<Judgement> onTable(Node s, String field, Rule rule, String message) {
    QualifiedName table = s.relation(field);
    return known.isNew(table)
        ? Optional.empty()
        : Optional.of(Judgement.of(rule, message).on(table));
  }
}
