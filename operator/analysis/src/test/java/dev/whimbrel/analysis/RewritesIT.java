package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.whimbrel.analysis.RulePage.Case;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.analysis.pgquery.SqlRefused;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a rule says to write instead can be carried out as it stands. */
@Tag("postgres")
class RewritesIT {

  private static final PgQuery PARSER = new PgQuery(1);

  /** Names that need quotes, and a schema. */
  private static final Map<Pattern, String> ODD =
      Map.of(
          Pattern.compile("\\b(public\\.)?t\\b"), "odd.\"My t\"",
          Pattern.compile("\\bparts\\b"), "odd.\"My parts\"",
          Pattern.compile("\\bi\\b(?!\\.)"), "\"The i\"",
          Pattern.compile("\\b(?<!')a\\b(?!')"), "\"Order\"");

  /** To be written in addition. */
  private static final Set<Rule> ADD_SOMETHING = Set.of(Rule.FOREIGN_KEY_WITHOUT_INDEX);

  /** In between somebody has to fill the new column. */
  private static final Set<Rule> WANT_VALUES =
      Set.of(Rule.ADD_COLUMN_NOT_NULL, Rule.ADD_COLUMN_UNIQUE);

  private static EmbeddedDatabase server;
  private static Connection connection;
  private static String objects;

  @BeforeAll
  static void start() throws Exception {
    server = EmbeddedDatabase.start();
    server.execute("postgres", "CREATE DATABASE rewrites");
    connection = server.connect("rewrites");
    objects =
        new String(
            Objects.requireNonNull(RewritesIT.class.getResourceAsStream("/rewrites.sql"))
                .readAllBytes(),
            StandardCharsets.UTF_8);
  }

  @AfterAll
  static void stop() throws SQLException {
    connection.close();
    server.close();
  }

  static Stream<Rule> withRewrites() {
    return RulesTest.ofSql().filter(rule -> !rule.page().instead().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("withRewrites")
  void whatToWriteInsteadIsCarriedOut(Rule rule) throws Exception {
    for (Case fires : rule.page().fires()) {
      tryOut(rule, fires.sql(), fires, objects);
    }
  }

  @ParameterizedTest
  @MethodSource("withRewrites")
  void namesThatNeedQuotesHaveThem(Rule rule) throws Exception {
    for (Case fires : rule.page().fires()) {
      tryOut(rule, odd(fires.sql()), fires, "CREATE SCHEMA odd;" + odd(objects));
    }
  }

  @Test
  void indexesOfPartitionsBecomePartsOfTheirTables() throws Exception {
    Case fires = Rule.CREATE_INDEX_PARTITIONED.page().fires().getFirst();
    create(objects);
    execute("DROP INDEX i");
    List<String> generated = new ArrayList<>();

    for (Finding finding : RuleCases.findings(fires)) {
      for (Statement statement : statements(String.join("\n", finding.rewrite()))) {
        if (statement.starts("SELECT")) {
          generated.addAll(query(statement.text()));
        } else {
          execute(statement.text());
        }
      }
    }
    assertThat(generated).hasSize(4);
    for (String statement : generated) {
      execute(statement);
    }

    assertThat(query("SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'i'::regclass"))
        .containsExactly("true");
  }

  @Test
  void aPartitionThatIsProvenIsNotRead() throws Exception {
    Case fires = Rule.ATTACH_PARTITION.page().fires().getFirst();
    create(objects);
    String rewrite = String.join("\n", RuleCases.findings(fires).getFirst().rewrite());

    execute(query(statements(rewrite).getFirst().text()).getFirst());
    execute("SET client_min_messages = debug1");
    List<String> messages = new ArrayList<>();
    try (java.sql.Statement statement = connection.createStatement()) {
      statement.execute(fires.sql());
      for (SQLWarning each = statement.getWarnings(); each != null; each = each.getNextWarning()) {
        messages.add(each.getMessage());
      }
    }

    assertThat(messages)
        .contains("partition constraint for table \"q\" is implied by existing constraints");
  }

  private static void tryOut(Rule rule, String sql, Case fires, String schema) throws Exception {
    Case tried = new Case(sql, fires.risk(), fires.where(), fires.transaction());
    for (Finding finding : RuleCases.findings(tried)) {
      List<Statement> rewrite = statements(String.join("\n", finding.rewrite()));
      if (!finding.rule().equals(rule.id()) || rewrite.isEmpty()) {
        continue;
      }
      create(schema);
      List<Statement> statements = statements(sql);
      int at = statementOf(finding, rule, statements);
      for (Statement before : statements.subList(0, at)) {
        makeRoom(before);
        execute(before.text());
      }
      makeRoom(statements.get(at));
      if (ADD_SOMETHING.contains(rule)) {
        execute(statements.get(at).text());
      } else if (WANT_VALUES.contains(rule)) {
        execute("DELETE FROM " + (sql.contains("odd") ? "odd.\"My t\"" : "t"));
      }
      for (Statement instead : rewrite) {
        assertThatCode(() -> execute(instead.text()))
            .as("%s\ninstead of %s", instead.text(), sql)
            .doesNotThrowAnyException();
      }
    }
  }

  /** All of a case stand on line 1; a rule on how statements stand together speaks of the last. */
  private static int statementOf(Finding finding, Rule rule, List<Statement> statements) {
    for (int i = 0; i < statements.size(); i++) {
      boolean earlier =
          rule.page().about() == RulePage.About.STATEMENT
              && statements.size() > 1
              && RuleCases.findings(new Case(statements.get(i).text(), null, "", null)).stream()
                  .anyMatch(each -> each.rule().equals(finding.rule()));
      if (earlier) {
        return i;
      }
    }
    return statements.size() - 1;
  }

  private static void create(String schema) throws SQLException {
    execute("DROP SCHEMA IF EXISTS odd CASCADE");
    execute("DROP SCHEMA public CASCADE");
    execute("CREATE SCHEMA public");
    execute(schema);
    execute("SET search_path = public, odd");
  }

  /** What the statement creates must not be there yet. */
  private static void makeRoom(Statement statement) throws SQLException, SqlRefused {
    for (Node s : Node.of(PARSER, statement.text())) {
      String table = Identifiers.quoted(s.relation("relation"));
      switch (s.kind()) {
        case "AlterTableStmt" -> {
          for (Node action : s.list("cmds")) {
            if (action.text("subtype").equals("AT_AddColumn")) {
              String column = Identifiers.quoted(action.node("def").text("colname"));
              execute("ALTER TABLE " + table + " DROP COLUMN IF EXISTS " + column + " CASCADE");
            } else if (action.node("def").has("conname")) {
              String name = Identifiers.quoted(action.node("def").text("conname"));
              execute("ALTER TABLE " + table + " DROP CONSTRAINT IF EXISTS " + name);
            }
          }
        }
        case "RenameStmt" -> {
          if (s.text("renameType").equals("OBJECT_COLUMN")) {
            String column = Identifiers.quoted(s.text("newname"));
            execute("ALTER TABLE " + table + " DROP COLUMN IF EXISTS " + column + " CASCADE");
          }
        }
        case "IndexStmt" -> {
          if (s.has("idxname")) {
            String schema = s.relation("relation").schema();
            execute(
                "DROP INDEX IF EXISTS "
                    + Identifiers.quoted(new Statement.QualifiedName(schema, s.text("idxname"))));
          }
        }
        case "CreateStmt" -> {
          if (!s.flag("if_not_exists")) {
            execute("DROP TABLE IF EXISTS " + table + " CASCADE");
          }
        }
        case "TransactionStmt" ->
            throw new AssertionError("a case whose rewrite is tried out must not be in one");
        default -> {
          // Creates nothing that is there.
        }
      }
    }
  }

  private static String odd(String sql) {
    String odd = sql;
    for (Map.Entry<Pattern, String> name : ODD.entrySet()) {
      odd = name.getKey().matcher(odd).replaceAll(name.getValue());
    }
    return odd;
  }

  private static List<Statement> statements(String sql) {
    try {
      return Tokenizer.statements(sql);
    } catch (UnreadableSql e) {
      throw new AssertionError(sql, e);
    }
  }

  private static void execute(String sql) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> query(String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (java.sql.Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }
}
