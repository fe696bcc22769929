package dev.whimbrel.analysis.fuzz;

import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.UnreadableSql;
import dev.whimbrel.analysis.locks.LockTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/** Makes statements: from parts of ALTER TABLE, and out of known ones by changing them. */
final class StatementGenerator {

  /** What has bitten somebody before. */
  private static final List<String> ODDITIES =
      List.of(
          "'",
          "\"",
          "$$",
          "$a$",
          "/*",
          "*/",
          "--",
          "\n",
          ";",
          "(",
          ")",
          "[",
          "]",
          "\\",
          "E'\\''",
          "U&'\\0061'",
          "${name}",
          "BEGIN ATOMIC",
          "END",
          "CASE",
          "COPY t FROM STDIN;\n1\n\\.\n",
          "\\copy t from f",
          "\u0000",
          "\u00a0",
          "🦆",
          "ä",
          "$1",
          "1e5",
          "0x1F",
          ".5",
          "::",
          "CONCURRENTLY",
          "CASCADE",
          "IF EXISTS",
          "ONLY",
          "NOT VALID",
          "WITH x AS (DELETE FROM t RETURNING *)");

  private static final List<String> TYPES =
      List.of(
          "int",
          "bigint",
          "text",
          "varchar(50)",
          "varchar(20)",
          "varchar(80)",
          "numeric(10, 2)",
          "numeric(12, 4)",
          "jsonb",
          "timestamptz",
          "timestamp(3)",
          "positive",
          "plain",
          "mood",
          "bigserial",
          "int[]",
          "\"char\"",
          "inet",
          "interval");

  private static final List<String> COLUMNS =
      List.of(
          "id", "a", "b", "c", "d", "e", "f", "j", "ref", "nn", "g", "f3", "tz", "u", "idn", "x");

  private static final List<String> EXPRESSIONS =
      List.of(
          "1",
          "'x'",
          "NULL",
          "now()",
          "clock_timestamp()",
          "random()",
          "gen_random_uuid()",
          "steady()",
          "wild()",
          "1 + 1",
          "(SELECT 1)",
          "a + 1",
          "CURRENT_DATE",
          "ARRAY[1, 2]",
          "CASE WHEN true THEN 1 END",
          "'1'::int",
          "coalesce(NULL, 1)",
          "nextval('s')",
          "date_trunc('day', now())",
          "timeofday()");

  /** Columns that a server takes. */
  private static final List<String> DEFAULTED =
      List.of(
          "int DEFAULT 1",
          "int DEFAULT 1 + 1",
          "int DEFAULT steady()",
          "int DEFAULT wild()",
          "int DEFAULT (random() * 10)::int",
          "int DEFAULT coalesce(NULL, wild())",
          "int DEFAULT abs(wild())",
          "int DEFAULT CASE WHEN true THEN wild() END",
          "int[] DEFAULT ARRAY[1, wild()]",
          "bigint DEFAULT nextval('s')",
          "uuid DEFAULT gen_random_uuid()",
          "float8 DEFAULT random()",
          "text DEFAULT timeofday()",
          "text DEFAULT 'a' || random()",
          "text DEFAULT now()::text",
          "timestamptz DEFAULT clock_timestamp()",
          "timestamptz DEFAULT now() + '1 day'",
          "timestamptz DEFAULT date_trunc('day', clock_timestamp())",
          "date DEFAULT CURRENT_DATE",
          "positive",
          "plain",
          "positive[]",
          "bigserial",
          "int NOT NULL DEFAULT 1 CHECK (true)",
          "int REFERENCES parent (id) DEFAULT 1");

  private final Random random;
  private final List<String> corpus = new ArrayList<>();
  private final List<String> words = new ArrayList<>();

  StatementGenerator(Random random) {
    this.random = random;
    LockTable.load().forms().values().forEach(form -> corpus.add(form.sql()));
    for (Rule rule : Rule.values()) {
      Stream.of(rule.page().fires(), rule.page().silent())
          .flatMap(List::stream)
          .forEach(tried -> corpus.add(tried.sql()));
    }
    corpus.add(
        "DO $$ DECLARE r record; BEGIN FOR r IN SELECT 1 LOOP EXECUTE 'DROP TABLE t'; END LOOP;"
            + " IF true THEN DELETE FROM t; END IF; EXCEPTION WHEN others THEN NULL; END $$");
    corpus.add(
        "CREATE FUNCTION y() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true"
            + " THEN 2 END; END");
    corpus.add(
        "CREATE PROCEDURE y() LANGUAGE plpgsql AS $f$ BEGIN UPDATE t SET a = 1; COMMIT; END $f$");
    for (String sql : corpus) {
      try {
        for (Statement statement : Tokenizer.statements(sql)) {
          statement.tokens().forEach(token -> words.add(token.text()));
        }
      } catch (UnreadableSql e) {
        words.add(sql);
      }
    }
  }

  /** A script of one or a few statements, most of which no parser would take. */
  String script() {
    StringBuilder script = new StringBuilder();
    for (int i = 0; i <= random.nextInt(3); i++) {
      String sql = random.nextInt(4) == 0 ? alterTable() : any(corpus);
      for (int change = random.nextInt(4); change > 0; change--) {
        sql = changed(sql);
      }
      script.append(sql).append(random.nextInt(8) == 0 ? "" : ";").append('\n');
    }
    return script.toString();
  }

  /** One statement that a server may well carry out. */
  String alterTable() {
    StringBuilder sql = new StringBuilder("ALTER TABLE ");
    sql.append(random.nextInt(6) == 0 ? "IF EXISTS " : "");
    sql.append(any(List.of("t", "t", "t", "parts", "keyless", "parent", "ONLY parts", "ranges")));
    for (int i = 0; i == 0 || random.nextInt(4) == 0; i++) {
      sql.append(i == 0 ? " " : ", ").append(action());
    }
    return sql.toString();
  }

  private String action() {
    String column = any(COLUMNS);
    return switch (random.nextInt(24)) {
      case 0, 1, 2, 3 -> "ADD COLUMN x" + random.nextInt(9) + " " + any(TYPES) + clauses();
      case 4, 5 -> "ALTER " + column + " TYPE " + any(TYPES) + using(column);
      case 18, 19, 20, 21 -> "ADD COLUMN x" + random.nextInt(9) + " " + any(DEFAULTED);
      case 6 -> "ALTER " + column + " SET DEFAULT " + any(EXPRESSIONS);
      case 7 -> "ALTER " + column + " SET NOT NULL";
      case 8 ->
          "ADD CONSTRAINT k" + random.nextInt(9) + " CHECK (" + column + " IS NOT NULL)" + later();
      case 9 -> "ADD FOREIGN KEY (" + column + ") REFERENCES parent (id)" + later();
      case 10 -> "ADD UNIQUE (" + column + ")";
      case 11 -> "ADD PRIMARY KEY (" + column + ")";
      case 12 -> "VALIDATE CONSTRAINT " + any(List.of("a_later", "fk_later", "c_proves"));
      case 13 -> "ADD EXCLUDE USING btree (" + column + " WITH =)";
      case 14 ->
          any(List.of("SET UNLOGGED", "SET LOGGED", "SET (fillfactor = 80)", "CLUSTER ON t_a"));
      case 15 -> "ALTER " + column + " SET STATISTICS 100";
      case 16 ->
          "ALTER " + column + any(List.of(" DROP DEFAULT", " DROP NOT NULL", " SET STORAGE plain"));
      default -> "ALTER " + column + " ADD GENERATED ALWAYS AS IDENTITY";
    };
  }

  private String clauses() {
    StringBuilder clauses = new StringBuilder();
    for (int i = random.nextInt(3); i > 0; i--) {
      clauses.append(
          switch (random.nextInt(9)) {
            case 0, 1, 2 -> " DEFAULT " + any(EXPRESSIONS);
            case 3 -> " NOT NULL";
            case 4 -> " UNIQUE";
            case 5 -> " CHECK (true)";
            case 6 -> " REFERENCES parent (id)";
            case 7 -> " GENERATED ALWAYS AS IDENTITY";
            default -> " GENERATED ALWAYS AS (" + any(EXPRESSIONS) + ") STORED";
          });
    }
    return clauses.toString();
  }

  private String using(String column) {
    return random.nextInt(3) == 0 ? " USING " + any(List.of(column, "NULL", "1")) : "";
  }

  private String later() {
    return random.nextBoolean() ? " NOT VALID" : "";
  }

  private String changed(String sql) {
    int at = sql.isEmpty() ? 0 : random.nextInt(sql.length());
    int end = Math.min(sql.length(), at + random.nextInt(12));
    String rest = sql.substring(end);
    String begin = sql.substring(0, at);
    return switch (random.nextInt(12)) {
      case 0 -> begin + rest;
      case 1 -> begin + any(ODDITIES) + sql.substring(at);
      case 2 -> begin + " " + any(words) + " " + sql.substring(at);
      case 3 -> begin + " " + any(words) + " " + rest;
      case 4 -> begin + any(corpus) + rest;
      case 5 -> begin;
      case 6 -> sql.substring(at);
      case 7 -> begin + "(".repeat(random.nextInt(3_000)) + rest;
      case 8 -> "DO $$ BEGIN " + sql + "; END $$";
      case 9 ->
          any(List.of("EXPLAIN ", "EXPLAIN ANALYZE ", "PREPARE p AS ", "CREATE SCHEMA z ")) + sql;
      case 10 -> begin + "/* a ' $$ " + any(ODDITIES) + " */" + sql.substring(at);
      default -> random.nextBoolean() ? sql.toLowerCase(Locale.ROOT) : sql + " " + sql;
    };
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
