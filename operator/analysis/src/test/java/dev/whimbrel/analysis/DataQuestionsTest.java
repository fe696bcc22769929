package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Check;
import dev.whimbrel.analysis.catalog.Column;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.catalog.TypeKind;
import dev.whimbrel.analysis.pgquery.PgQuery;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataQuestionsTest {

  private static final PgQuery PARSER = new PgQuery(1);

  private static final SchemaFacts FACTS =
      new SchemaFacts(
          170000,
          Map.of(
              new QualifiedName("", "t"),
              RelationFacts.of(new QualifiedName("s", "t"), RelationKind.TABLE)
                  .withColumns(
                      List.of(
                          column("a", "int8", -1),
                          column("b", "varchar", 54),
                          column("order", "text", -1),
                          column("filled", "int4", -1),
                          column("price", "numeric", (10 << 16 | 2) + 4),
                          column("any", "numeric", -1)),
                      List.of(
                          new Check("f", "CHECK ((filled IS NOT NULL))", true),
                          new Check("later", "CHECK ((a > 0)) NOT VALID", false))),
              new QualifiedName("", "p"),
              RelationFacts.of(new QualifiedName("s", "p"), RelationKind.TABLE)
                  .withColumns(List.of(column("id", "int8", -1)), List.of())),
          Set.of(),
          Map.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER TABLE t ALTER a SET NOT NULL | SELECT count(*) FROM s.t WHERE a IS NULL
          ALTER TABLE t ALTER "order" SET NOT NULL | SELECT count(*) FROM s.t WHERE "order" IS NULL
          ALTER TABLE t ADD UNIQUE (a, b) | SELECT count(*) FROM (SELECT FROM s.t WHERE a IS NOT NULL AND b IS NOT NULL GROUP BY a, b HAVING count(*) > 1) AS twice
          CREATE UNIQUE INDEX CONCURRENTLY i ON t (a) | SELECT count(*) FROM (SELECT FROM s.t WHERE a IS NOT NULL GROUP BY a HAVING count(*) > 1) AS twice
          CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT | SELECT count(*) FROM (SELECT FROM s.t GROUP BY a HAVING count(*) > 1) AS twice
          ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id) | SELECT count(*) FROM s.t c WHERE c.a IS NOT NULL AND NOT EXISTS (SELECT FROM s.p p WHERE p.id = c.a)
          ALTER TABLE t ADD CONSTRAINT "a check (" CHECK (length(b) > (1) AND b <> ')') | SELECT count(*) FROM s.t WHERE NOT (length(b) > (1) AND b <> ')')
          ALTER TABLE t VALIDATE CONSTRAINT later | SELECT count(*) FROM s.t WHERE NOT ((a > 0))
          ALTER TABLE t ALTER b TYPE varchar(20) | SELECT count(*) FROM s.t WHERE rtrim(substr(b::text, 21), ' ') <> ''
          ALTER TABLE t ALTER a TYPE int | SELECT count(*) FROM s.t WHERE a NOT BETWEEN -2147483648 AND 2147483647
          ALTER TABLE t ALTER price TYPE numeric(8, 2) | SELECT count(*) FROM s.t WHERE price <> 'NaN' AND abs(round(price, 2)) >= 1e6
          ALTER TABLE t ALTER price TYPE numeric(9, 1) | SELECT count(*) FROM s.t WHERE price <> 'NaN' AND abs(round(price, 1)) >= 1e8
          ALTER TABLE t ALTER "any" TYPE numeric(4) | SELECT count(*) FROM s.t WHERE "any" <> 'NaN' AND abs(round("any", 0)) >= 1e4
          ALTER TABLE t ALTER filled TYPE numeric(6, 2) | SELECT count(*) FROM s.t WHERE filled IS NOT NULL AND abs(round(filled::numeric, 2)) >= 1e4
          CREATE UNIQUE INDEX i ON t (lower(b)) | SELECT count(*) FROM (SELECT FROM s.t WHERE (lower(b)) IS NOT NULL GROUP BY (lower(b)) HAVING count(*) > 1) AS twice
          CREATE UNIQUE INDEX i ON t (a) WHERE filled > 1 | SELECT count(*) FROM (SELECT FROM s.t WHERE a IS NOT NULL AND (filled > 1) GROUP BY a HAVING count(*) > 1) AS twice
          ALTER TABLE t ADD EXCLUDE USING gist (a WITH =, b WITH &&) | SELECT count(*) FROM s.t a WHERE EXISTS (SELECT FROM s.t b WHERE b.ctid <> a.ctid AND a.a OPERATOR(pg_catalog.=) b.a AND a.b OPERATOR(pg_catalog.&&) b.b)
          ALTER TABLE t ADD COLUMN x int NOT NULL | SELECT count(*) FROM (SELECT FROM s.t LIMIT 1) AS one
          ALTER TABLE t ADD COLUMN x int NOT NULL DEFAULT NULL | SELECT count(*) FROM (SELECT FROM s.t LIMIT 1) AS one
          """)
  void whatMayFailIsAsked(String sql, String question) {
    assertThat(questions(sql)).extracting(DataQuestion::sql).containsExactly(question);
  }

  /** The word WHERE, commas and parentheses may stand in literals too. */
  @Test
  void theTextOfAKeyIsWhatPostgresqlReadsInIt() {
    assertThat(
            questions(
                "CREATE UNIQUE INDEX ON t USING btree (a DESC, (b || '),') text_pattern_ops)"
                    + " INCLUDE (filled) WHERE a > 1 AND b <> 'where'"))
        .extracting(DataQuestion::sql)
        .containsExactly(
            "SELECT count(*) FROM (SELECT FROM s.t WHERE a IS NOT NULL AND ((b || '),')) IS NOT"
                + " NULL AND (a > 1 AND b <> 'where') GROUP BY a, ((b || '),')) HAVING count(*) >"
                + " 1) AS twice");
  }

  @Test
  void anAnswerSaysWhatToDo() {
    DataQuestion question = questions("ALTER TABLE t ALTER a SET NOT NULL;").getFirst();

    assertThat(question.failure(1234))
        .isEqualTo(
            "SET NOT NULL fails (23502), because a of s.t is NULL in 1,234 rows; fill them first:"
                + " UPDATE s.t SET a = … WHERE a IS NULL");
    assertThat(question.failure(1)).contains(" NULL in 1 row; ");
    assertThat(question.proof()).isEqualTo("no a of s.t is NULL");
    assertThat(question.script()).isEqualTo("V1__x.sql");
    assertThat(question.bytes()).isEmpty();
  }

  @Test
  void aPrimaryKeyAsksBoth() {
    assertThat(questions("ALTER TABLE t ADD PRIMARY KEY (a);")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE t ALTER filled SET NOT NULL",
        "ALTER TABLE unknown ALTER a SET NOT NULL",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id) NOT VALID",
        "ALTER TABLE t ADD CHECK (a > 0) NOT VALID",
        "ALTER TABLE t ALTER b TYPE varchar(80)",
        "ALTER TABLE t ALTER b TYPE text",
        "ALTER TABLE t ALTER a TYPE int USING 1",
        "ALTER TABLE t ADD COLUMN x int NOT NULL DEFAULT 1",
        "CREATE UNIQUE INDEX i ON t (mine(b))",
        "CREATE UNIQUE INDEX i ON t (lower(b)) WHERE mine(a)",
        "CREATE UNIQUE INDEX i ON t (lower(absent))",
        "CREATE UNIQUE INDEX i ON t (lower(b) COLLATE \"C\")",
        "ALTER TABLE t ADD EXCLUDE USING gist (a WITH =) WHERE (a > 1)",
        "ALTER TABLE t ADD EXCLUDE USING gist (a WITH ~=~)",
        "ALTER TABLE t ALTER price TYPE numeric(12, 2)",
        "ALTER TABLE t ALTER price TYPE numeric(12, 4)",
        "ALTER TABLE t ALTER price TYPE numeric",
        "ALTER TABLE t ALTER filled TYPE numeric(12, 2)",
        "CREATE INDEX i ON t (a)",
      })
  void whatCannotFailOrBeToldIsNotAsked(String sql) {
    assertThat(questions(sql)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pg_sleep(9) IS NULL",
        "public.length(b) > 1",
        "b::evil IS NOT NULL",
        "a > (SELECT 1)"
      })
  void nothingIsCalledThatNobodyHasApproved(String check) {
    assertThat(questions("ALTER TABLE t ADD CHECK (" + check + ")")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE t SET a = 1 WHERE a IS NULL",
        "DELETE FROM s.t",
        "WITH x AS (DELETE FROM t RETURNING 1) SELECT FROM x",
        "ALTER TABLE t ALTER a TYPE int USING 1",
        "DO $$ BEGIN UPDATE t SET a = 1; END $$",
        "SELECT fill()",
        "SET search_path = other",
        "CREATE TABLE other.t (a int)",
        "ALTER TABLE t RENAME TO old; ALTER TABLE other RENAME TO t",
        "PREPARE p AS SELECT 1; EXECUTE p",
        "SAVEPOINT a; UPDATE t SET a = 1; ROLLBACK TO a",
      })
  void whatAnEarlierStatementMayHaveChangedIsNotAsked(String earlier) {
    assertThat(questions(earlier + "; ALTER TABLE t ALTER a SET NOT NULL"))
        .filteredOn(question -> question.sql().contains("IS NULL"))
        .isEmpty();
  }

  @Test
  void whatLeavesRowsAloneChangesNoAnswer() {
    assertThat(
            questions(
                """
                ALTER TABLE t ADD COLUMN x int;
                CREATE INDEX i ON t (a);
                UPDATE p SET id = 1;
                SELECT * FROM t;
                ALTER TABLE t ALTER a SET NOT NULL;
                """))
        .hasSize(1);
  }

  private static Column column(String name, String type, int modifier) {
    return new Column(name, type, modifier, type, TypeKind.BASE, false, "", false, false);
  }

  private static List<DataQuestion> questions(String sql) {
    try {
      return DataQuestions.of(ParsedPlan.of(PARSER, List.of(Scripts.of("V1__x.sql", sql))), FACTS);
    } catch (UnreadableSql e) {
      throw new AssertionError(e);
    }
  }
}
