package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.RulePage.Case;
import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Column;
import dev.whimbrel.analysis.catalog.ForeignKey;
import dev.whimbrel.analysis.catalog.Partitioning;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.catalog.Size;
import dev.whimbrel.analysis.catalog.Traffic;
import dev.whimbrel.analysis.catalog.TypeKind;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches, carried out until they find nothing, leave what the statement would have left. */
@Tag("postgres")
class BatchesIT {

  private static final PgQuery PARSER = new PgQuery(1);

  private static final QualifiedName ROWS_OF = new QualifiedName("public", "rows_of");

  /** In the order of its columns, what the catalog says of the table that batches are tried on. */
  private static final List<Column> COLUMNS =
      List.of(
          column("id", "int4", -1, "integer", TypeKind.BASE),
          column("parent", "int4", -1, "integer", TypeKind.BASE),
          column("big", "int8", -1, "bigint", TypeKind.BASE),
          column("rate", "float4", -1, "real", TypeKind.BASE),
          column("price", "numeric", (10 << 16 | 2) + 4, "numeric(10,2)", TypeKind.BASE),
          column("qty", "numeric", -1, "numeric", TypeKind.BASE),
          column("tag", "text", -1, "text", TypeKind.BASE),
          column("code", "varchar", 9, "character varying(5)", TypeKind.BASE),
          column("done", "bool", -1, "boolean", TypeKind.BASE),
          column("payload", "json", -1, "json", TypeKind.BASE),
          column("doc", "jsonb", -1, "jsonb", TypeKind.BASE),
          column("span", "interval", -1, "interval", TypeKind.BASE),
          column("due", "date", -1, "date", TypeKind.BASE),
          column("at", "timestamp", -1, "timestamp without time zone", TypeKind.BASE),
          column("state", "mood", -1, "mood", TypeKind.ENUM),
          column("period", "int4range", -1, "int4range", TypeKind.RANGE),
          column("addr", "address", -1, "address", TypeKind.COMPOSITE));

  private static final String ROWS =
      """
      DROP TABLE IF EXISTS rows_of;
      CREATE TABLE rows_of (id int, parent int, big bigint, rate real, price numeric(10,2),
        qty numeric, tag text, code varchar(5), done boolean, payload json, doc jsonb, span interval,
        due date, at timestamp, state mood, period int4range, addr address);
      INSERT INTO rows_of (id, parent, big, rate, qty, tag, code, done, payload, doc, span, at,
          period, addr)
        SELECT n, nullif(n % 4, 0), 2 * n, n, n / 7.0, nullif('t' || n % 3, 't1'), 'c', n % 2 = 0, '[]',
          '[]', CASE n % 2 WHEN 0 THEN '1 month' END::interval, '2026-01-01 10:00:00.5',
          int4range(NULL, n), ROW('a', NULL)::address
        FROM generate_series(1, 25) n;
      """;

  private static EmbeddedDatabase server;
  private static Connection connection;

  @BeforeAll
  static void start() throws Exception {
    server = EmbeddedDatabase.start();
    server.execute("postgres", "CREATE DATABASE batches");
    connection = server.connect("batches");
    execute("CREATE TYPE mood AS ENUM ('ok')");
    execute("CREATE TYPE address AS (street text, town text)");
  }

  @AfterAll
  static void stop() throws SQLException {
    connection.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM rows_of",
        "DELETE FROM rows_of WHERE tag = 't0' OR NOT done",
        "DELETE FROM rows_of WHERE lower(tag) LIKE 't%' AND id IN (1, 2, 3, 4, 5, 6, 7)",
        "UPDATE rows_of SET big = 7, price = 3 WHERE id > 3",
        "UPDATE rows_of SET rate = 16777217, tag = 5",
        "UPDATE rows_of SET parent = NULL, done = true WHERE parent = 2",
        "UPDATE rows_of SET payload = NULL, span = NULL WHERE done",
        "UPDATE rows_of SET addr = NULL",
        "UPDATE rows_of SET parent = 3 WHERE parent = 2",
        "UPDATE rows_of SET tag = 'none' WHERE tag IS NULL",
        "UPDATE rows_of SET tag = code WHERE tag IS NULL AND code IS NOT NULL",
        "UPDATE rows_of SET due = at WHERE due IS NULL AND at IS NOT NULL",
      })
  void batchesEndAndDoWhatTheStatementDoes(String sql) throws Exception {
    comparesBatches(sql, SchemaFacts.unknown());
    comparesBatches(sql, rowsOf(List.of(), List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM rows_of WHERE parent IS NULL",
        "UPDATE rows_of SET rate = 0.1, qty = 0.125",
        "UPDATE rows_of SET tag = 'it''s', code = 'c   ', due = '2026-01-02 10:00', state = 'ok'",
        "UPDATE rows_of SET doc = '{}'::jsonb",
        "UPDATE rows_of SET big = parent, tag = 't1' WHERE id <> 2",
        "UPDATE rows_of SET big = id",
        "UPDATE rows_of SET tag = upper(code) WHERE tag IS NULL AND code IS NOT NULL",
      })
  void whatTheCatalogKnowsMakesBatches(String sql) throws Exception {
    comparesBatches(sql, rowsOf(List.of(), List.of()));
    assertThat(batch(sql, SchemaFacts.unknown())).startsWith("-- ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE rows_of SET price = 0.125",
        "UPDATE rows_of SET price = '0.125'",
        "UPDATE rows_of SET payload = '{}'",
        "UPDATE rows_of SET span = '30 days'",
        "UPDATE rows_of SET due = 'today'",
        "UPDATE rows_of SET due = at",
        "UPDATE rows_of SET code = tag",
        "UPDATE rows_of SET code = 'c       '",
        "UPDATE rows_of SET big = parent, parent = big",
        "UPDATE rows_of SET big = lower(period) WHERE big IS NULL AND period IS NOT NULL",
      })
  void whatIsStoredAsSomethingElseHasNoBatches(String sql) throws Exception {
    assertThat(batch(sql, rowsOf(List.of(), List.of()))).startsWith("-- ");
  }

  @Test
  void whatATriggerOrAForeignKeyMayChangeHasNoBatches() throws Exception {
    ForeignKey own = new ForeignKey("f", ROWS_OF, List.of("parent"), ROWS_OF, List.of("id"), true);

    for (String condition :
        List.of(
            "parent IS NULL",
            "parent = 0",
            "num_nulls(parent) = 1",
            "lower(tag) = 't'",
            "rows_of::text LIKE '%,)'")) {
      assertThat(batch("DELETE FROM rows_of WHERE " + condition, rowsOf(List.of(own), List.of())))
          .as(condition)
          .startsWith("-- ");
    }
    assertThat(batch("DELETE FROM rows_of WHERE tag = 't'", rowsOf(List.of(own), List.of())))
        .startsWith("DELETE FROM rows_of");
    assertThat(batch("DELETE FROM rows_of", rowsOf(List.of(), List.of("renumber"))))
        .startsWith("-- ");
  }

  @Test
  void aColumnThatWasGeneratedIsFilledInBatchesThatEnd() throws Exception {
    Case add =
        new Case(
            "ALTER TABLE rows_of ADD COLUMN total numeric(10,2) GENERATED ALWAYS AS (qty * 1.005)"
                + " STORED",
            null,
            "",
            null);
    execute(ROWS);
    execute(add.sql());
    List<String> expected = rows("rows_of");
    List<String> instead = RuleCases.findings(add).getFirst().rewrite();
    execute(ROWS);
    execute(String.join("\n", instead.subList(0, instead.size() - 1)));

    int rounds = 0;
    while (updated(instead.getLast().replace("LIMIT 1000", "LIMIT 2")) > 0) {
      assertThat(++rounds).isLessThan(25);
    }

    assertThat(rows("rows_of")).isEqualTo(expected);
    assertThat(rounds).isPositive();
  }

  @Test
  void batchesOfAPartitionedTableChangeEachRowOnce() throws Exception {
    execute(
        """
        CREATE TABLE parts (id int NOT NULL, at int) PARTITION BY RANGE (id);
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100);
        CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (100) TO (200);
        INSERT INTO parts VALUES (1, 1), (101, 1);
        """);
    String batch =
        batch(
            "UPDATE parts AS x SET at = 2 WHERE x.id > 50 OR x.at IS NULL", SchemaFacts.unknown());

    // A ctid alone is that of a row in each partition.
    updated(batch.replace("LIMIT 1000", "LIMIT 1"));

    assertThat(rows("parts")).containsExactly("{\"at\": 1, \"id\": 1}", "{\"at\": 2, \"id\": 101}");
    assertThat(updated(batch)).isZero();
  }

  private static SchemaFacts rowsOf(List<ForeignKey> foreignKeys, List<String> triggers) {
    return new SchemaFacts(
        170_006,
        Map.of(
            new QualifiedName("", "rows_of"),
            new RelationFacts(
                ROWS_OF,
                RelationKind.TABLE,
                Optional.empty(),
                Size.unknown(),
                Traffic.unknown(),
                COLUMNS,
                List.of(),
                List.of(),
                foreignKeys,
                List.of(),
                triggers,
                List.of(),
                Partitioning.none(),
                false)),
        Set.of(),
        Map.of());
  }

  private static Column column(String name, String type, int modifier, String text, TypeKind kind) {
    return new Column(name, type, modifier, text, kind, false, "", false, false);
  }

  private static String batch(String sql, SchemaFacts facts) throws Exception {
    Statement statement = Tokenizer.statements(sql).getFirst();
    return Batches.of(Node.of(PARSER, sql).getFirst(), statement, new Known(facts))
        .orElseThrow()
        .next();
  }

  private static void comparesBatches(String sql, SchemaFacts facts) throws Exception {
    String batch = batch(sql, facts).replace("LIMIT 1000", "LIMIT 2");
    execute(ROWS);
    execute(sql);
    List<String> expected = rows("rows_of");
    execute(ROWS);

    int rounds = 0;
    while (updated(batch) > 0) {
      assertThat(++rounds).as("rounds of %s", batch).isLessThan(25);
    }

    assertThat(rows("rows_of")).as(batch).isEqualTo(expected);
    assertThat(rounds).isPositive();
  }

  private static void execute(String sql) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int updated(String sql) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  private static List<String> rows(String table) throws SQLException {
    List<String> found = new ArrayList<>();
    try (java.sql.Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT to_jsonb(r) FROM " + table + " r ORDER BY id")) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }
}
