package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.analysis.pgquery.SqlParser;
import dev.whimbrel.analysis.pgquery.SqlRefused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ParsedPlanTest {

  private static final QualifiedName T = new QualifiedName("", "t");

  private static final SchemaFacts FACTS =
      new SchemaFacts(
          170000, Map.of(T, RelationFacts.of(T, RelationKind.TABLE)), Set.of(), Map.of());

  private final Counting parser = new Counting();

  @Test
  void eachStatementOfAPlanIsParsedOnceHoweverManyLookAtIt() throws Exception {
    judge(
        """
        ALTER TABLE t ADD COLUMN a int;
        ALTER TABLE t ADD CHECK (a > 0);
        DO $$ BEGIN UPDATE t SET a = 1; EXECUTE 'DROP TABLE u'; END $$;
        INSERT INTO t VALUES (1);
        DROP TABLE v;
        SELEKT 1;
        """);

    assertThat(parser.texts).containsKeys("DROP TABLE v", "SELEKT 1", "UPDATE t SET a = 1");
    assertThat(parser.texts.values()).containsOnly(1);
    assertThat(parser.bodies.values()).containsExactly(1);
  }

  @Test
  void ofALargePlanOnlySomeTreesAreKept() throws Exception {
    String one = "COMMENT ON TABLE t IS '" + "x".repeat(100_000) + "';\n";

    judge(one + one.replace('x', 'y') + one.replace('x', 'z') + "DROP TABLE t;");

    assertThat(parser.texts.values()).containsOnlyOnce(5).contains(1, 1, 1);
  }

  @Test
  void rowsOfDataAreParsedOnceForAll() throws Exception {
    judge(
        "INSERT INTO t (a, b) VALUES (1, 'x');\n".repeat(2)
            + "INSERT INTO t (a, b) VALUES (2, '');");

    assertThat(parser.texts).containsOnlyKeys("INSERT INTO t (a, b) VALUES (1, 'x')");
  }

  @Test
  void aRowThatIsRefusedIsToldOfAtItsOwnPlace() throws Exception {
    assertThat(
            RiskAssessment.of(
                    parser,
                    List.of(
                        Scripts.of(
                            "V1.sql",
                            "INSERT INTO t VALUES (1) nonsense x;\n\n"
                                + "INSERT INTO t VALUES (\n"
                                + "2) nonsense x;")))
                .findings())
        .extracting(finding -> finding.line() + " " + finding.message().substring(0, 43))
        .containsExactly(
            "1 PostgreSQL's parser refuses it in line 1: s",
            "3 PostgreSQL's parser refuses it in line 4: s");
  }

  private void judge(String sql) throws UnreadableSql {
    ParsedPlan plan = ParsedPlan.of(parser, List.of(Scripts.of("V1.sql", sql)));
    TouchedRelations.of(plan);
    DependentFindings.of(plan, FACTS);
    AbsentFindings.of(plan.first(1), FACTS);
    DataQuestions.of(plan.first(1), FACTS);
    RiskAssessment.of(plan, FACTS);
  }

  /** How often what was asked for. */
  private static final class Counting implements SqlParser {

    private final PgQuery real = new PgQuery(1);
    private final Map<String, Integer> texts = new HashMap<>();
    private final Map<String, Integer> bodies = new HashMap<>();

    @Override
    public JsonNode statements(String sql) throws SqlRefused {
      texts.merge(sql, 1, Integer::sum);
      return real.statements(sql);
    }

    @Override
    public JsonNode plpgsql(String statement) throws SqlRefused {
      bodies.merge(statement, 1, Integer::sum);
      return real.plpgsql(statement);
    }
  }
}
