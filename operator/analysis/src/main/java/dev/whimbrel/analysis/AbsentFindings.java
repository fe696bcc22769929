package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a plan drops or alters although it is not there: this database is not the one that the
 * script was written for. Only where it is sure: what earlier statements may have made, or moved to
 * another name, is not looked for.
 */
public final class AbsentFindings {

  /** Of PostgreSQL 18, where NOT NULL is a constraint with a name that the facts do not know. */
  private static final int NAMED_NOT_NULL = 18;

  private static final Pattern DROP =
      Pattern.compile(
          "(?is)^(DROP\\s+(?:MATERIALIZED\\s+VIEW|FOREIGN\\s+TABLE|\\w+)(?:\\s+CONCURRENTLY)?)\\s+(?!IF\\b)");

  private final SchemaFacts facts;
  private final Set<String> made = new HashSet<>();
  private boolean sure = true;

  private AbsentFindings(SchemaFacts facts) {
    this.facts = facts;
  }

  /** Of a plan. */
  public static List<Finding> of(ParsedPlan plan, SchemaFacts facts) {
    AbsentFindings findings = new AbsentFindings(facts);
    return plan.each(findings::of).toList();
  }

  private Stream<Finding> of(String script, Parsed parsed) {
    List<Finding> findings = new ArrayList<>();
    for (Node node : parsed.nodes()) {
      if (sure) {
        missing(node, parsed.statement().text())
            .map(missing -> finding(missing, script, parsed.statement()))
            .forEach(findings::add);
      }
      note(node);
    }
    // What cannot be read has a finding of its own, and may do anything.
    sure &= parsed.refusal().isEmpty();
    return findings.stream();
  }

  private static Finding finding(Missing missing, String script, Statement statement) {
    return new Finding(
        Rule.NOT_THERE.id(),
        Risk.HIGH.label(),
        missing.what
            + " is not in this database, so the statement fails: it is not as the script expects."
            + " Find out why; where it may be gone, say IF EXISTS",
        script,
        statement.line(),
        missing.rewrite.lines().toList());
  }

  private Stream<Missing> missing(Node s, String sql) {
    return switch (s.kind()) {
      case "DropStmt" -> s.flag("missing_ok") ? Stream.empty() : dropped(s, sql);
      case "AlterTableStmt" -> s.flag("missing_ok") ? Stream.empty() : altered(s, sql);
      case "IndexStmt", "RenameStmt" ->
          s.flag("missing_ok") ? Stream.empty() : named(s.relation("relation"));
      default -> Stream.empty();
    };
  }

  private Stream<Missing> dropped(Node s, String sql) {
    if (s.text("removeType").equals("OBJECT_TRIGGER")
        || !s.text("removeType")
            .matches("OBJECT_(TABLE|INDEX|VIEW|MATVIEW|SEQUENCE|FOREIGN_TABLE)")) {
      return Stream.empty();
    }
    String kind =
        s.text("removeType")
            .replaceFirst("OBJECT_", "")
            .replace('_', ' ')
            .replace("MATVIEW", "MATERIALIZED VIEW");
    return s.list("objects").stream()
        .map(DropRules::name)
        .filter(this::isAbsent)
        .map(name ->
            new Missing(kind + " " + name, DROP.matcher(sql).replaceFirst("$1 IF EXISTS ") + ";"));
  }

  private Stream<Missing> altered(Node s, String sql) {
    QualifiedName table = s.relation("relation");
    return Stream.concat(
        named(table),
        facts.relation(table).filter(known -> !made.contains(table.name())).stream()
            .flatMap(known ->
                s.list("cmds").stream()
                    .filter(action -> !action.flag("missing_ok"))
                    .filter(action -> lacks(known, action))
                    .map(action -> missing(table, action, sql))));
  }

  private Stream<Missing> named(QualifiedName relation) {
    return relation.name().isEmpty() || !isAbsent(relation)
        ? Stream.empty()
        : Stream.of(new Missing("relation " + relation, ""));
  }

  private boolean lacks(RelationFacts table, Node action) {
    String name = action.text("name");
    return !made.contains(table.name().name() + "." + name)
        && switch (action.text("subtype")) {
          case "AT_DropColumn" -> !table.columns().isEmpty() && table.column(name).isEmpty();
          case "AT_DropConstraint" ->
              facts.major() < NAMED_NOT_NULL && !constraints(table).contains(name);
          default -> false;
        };
  }

  private static Missing missing(QualifiedName table, Node action, String sql) {
    boolean column = action.text("subtype").equals("AT_DropColumn");
    String name = action.text("name");
    return new Missing(
        (column ? "column " : "constraint ") + name + " of " + table,
        sql.replaceFirst(
                "(?i)\\bDROP\\s+(COLUMN|CONSTRAINT)\\s+(?=\"?" + Pattern.quote(name) + "\\b)",
                "DROP $1 IF EXISTS ")
            + ";");
  }

  private static Set<String> constraints(RelationFacts table) {
    Set<String> names = new HashSet<>();
    table.checks().forEach(check -> names.add(check.name()));
    table.foreignKeys().forEach(key -> names.add(key.name()));
    table.indexes().forEach(index -> names.add(index.name()));
    return names;
  }

  /** PostgreSQL names what has no name after its table: {@code orders_user_id_fkey}. */
  private boolean isAbsent(QualifiedName name) {
    return facts.isAbsent(name)
        && made.stream()
            .noneMatch(other -> name.name().equals(other) || name.name().startsWith(other + "_"));
  }

  /** What may be there, or be called otherwise, after a statement. */
  private void note(Node s) {
    switch (s.kind()) {
      case "IndexStmt" -> {
        made.add(s.text("idxname"));
        made.add(s.relation("relation").name());
      }
      case "AlterTableStmt" -> noteAlter(s);
      case "RenameStmt" -> {
        made.add(s.text("newname"));
        made.add(s.relation("relation").name());
      }
      case "AlterObjectSchemaStmt", "DoStmt", "CallStmt", "ExecuteStmt", "TransactionStmt" ->
          sure = false;
      case "DropStmt" ->
          s.list("objects").stream().map(DropRules::name).forEach(name -> made.add(name.name()));
      default -> {
        sure &= !SessionRules.movesNames(s) && !callsFunction(s);
        names(s).forEach(made::add);
      }
    }
    made.remove("");
  }

  private void noteAlter(Node s) {
    String table = s.relation("relation").name();
    for (Node action : s.list("cmds")) {
      Node definition = action.node("def");
      made.add(table + "." + definition.text("colname"));
      made.add(table + "." + definition.text("conname"));
      made.add(definition.text("conname"));
      if (action.text("subtype").startsWith("AT_Add")) {
        // A column or a key without a name gives its constraint one, after the table.
        definition.list("constraints").forEach(each -> made.add(table));
        if (definition.is("Constraint") && definition.text("conname").isEmpty()) {
          made.add(table);
        }
      }
    }
  }

  private static boolean callsFunction(Node s) {
    return s.is("SelectStmt") && s.all("FuncCall").findAny().isPresent();
  }

  /** All relations that any other statement names: one of them may be what it makes. */
  private static Stream<String> names(Node s) {
    return s.fields().findValuesAsText("relname").stream();
  }

  /** What is not there, and the statement that does not mind. */
  private record Missing(String what, String rewrite) {}
}
