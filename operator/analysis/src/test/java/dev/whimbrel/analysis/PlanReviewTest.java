package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.RiskAssessment.Script;
import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.catalog.Size;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Finding;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a statement is depends on what ran before it, and on the database. */
class PlanReviewTest {

  private static final QualifiedName USERS = new QualifiedName("", "users");

  @Test
  void scriptsThatShareATransactionHoldEachOthersLocks() {
    String second = "ALTER TABLE u ADD COLUMN a int";

    assertThat(
            rules(script("1", "ALTER TABLE t ADD COLUMN a int", true), script("2", second, true)))
        .containsExactly("LocksSeveralTables");
    assertThat(
            rules(script("1", "ALTER TABLE t ADD COLUMN a int", true), script("2", second, false)))
        .isEmpty();
  }

  @Test
  void aProofThatThePlanItselfMakesNeedsNoReading() {
    String check = "ALTER TABLE users ADD CONSTRAINT p CHECK (a IS NOT NULL) NOT VALID";

    assertThat(
            rules(
                script("1", check, false),
                script("2", "ALTER TABLE users VALIDATE CONSTRAINT p", false),
                script(
                    "3",
                    "ALTER TABLE users ALTER a SET NOT NULL; ALTER TABLE users DROP CONSTRAINT p",
                    false)))
        .isEmpty();
    assertThat(
            rules(
                script("1", check, false),
                script("2", "ALTER TABLE users ALTER a SET NOT NULL", false)))
        .containsExactly("SetNotNull");
  }

  @Test
  void aMessageTellsTheSizeThatItGoesBy() {
    Finding finding = findings(script("1", "CREATE INDEX i ON users (a)", false)).getFirst();

    assertThat(finding.risk()).isEqualTo("High");
    assertThat(finding.message())
        .endsWith(
            ". users: about 3,200,000 rows, 1.2 GB; the lock is held for some 9 s to 62 s, by that"
                + " size: indexed at 20 to 150 MB/s, which are assumed rates");
    assertThat(finding.rewrite())
        .containsExactly(
            "-- alone in a script that runs without a transaction",
            "CREATE INDEX CONCURRENTLY i ON users (a);");
  }

  @Test
  void anEmptyTableIsNotEmptyAfterAnInsert() {
    assertThat(findings(script("1", "CREATE INDEX i ON drafts (a)", false)))
        .extracting(Finding::risk)
        .containsExactly("Low");
    assertThat(
            findings(
                script("1", "INSERT INTO drafts VALUES (1); CREATE INDEX i ON drafts (a)", false)))
        .extracting(Finding::risk)
        .containsExactly("Medium", "Medium");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WITH x AS (INSERT INTO drafts VALUES (1) RETURNING 1) SELECT 1 FROM x",
        "EXPLAIN ANALYZE INSERT INTO drafts VALUES (1)",
        "SELECT fill()",
        "DO $$ BEGIN INSERT INTO drafts VALUES (1); END $$",
        "INSERT INTO public.drafts VALUES (1)",
        "ALTER TABLE drafts ATTACH PARTITION full_one DEFAULT",
      })
  void howeverTheRowsCame(String filling) {
    assertThat(findings(script("1", filling + "; CREATE INDEX i ON drafts (a)", false)))
        .filteredOn(finding -> finding.rule().equals("CreateIndex"))
        .extracting(Finding::risk)
        .containsExactly("Medium");
  }

  @Test
  void aTriggerWithAnotherNameMakesNoTableNew() {
    String made = "CREATE TABLE t (a int); ALTER TRIGGER g ON t RENAME TO users;";

    assertThat(rules(script("1", made + "ALTER TABLE users ALTER a TYPE bigint", false)))
        .contains("AlterColumnType");
    assertThat(rules(script("1", made + "ALTER TABLE t ALTER a TYPE bigint", false)))
        .doesNotContain("AlterColumnType");
  }

  @Test
  void aProofThatIsTakenBackProvesNothing() {
    assertThat(
            rules(
                script(
                    "1",
                    "ALTER TABLE users ADD CONSTRAINT p CHECK (a IS NOT NULL); ROLLBACK;"
                        + " ALTER TABLE users ALTER a SET NOT NULL",
                    false)))
        .contains("SetNotNull");
  }

  @Test
  void onlyATableThatNothingMayHaveMadeIsNewThoughItSaysIfNotExists() {
    String made = "CREATE TABLE IF NOT EXISTS gone (a int); DELETE FROM gone";
    assertThat(rules(script("1", made, false))).doesNotContain("ChangesData");
    assertThat(rules(script("1", "SELECT make(); " + made, false))).contains("ChangesData");
  }

  @Test
  void anIndexThatComesLaterHelpsAForeignKeyToo() throws Exception {
    List<Script> plan =
        List.of(
            script(
                "1",
                "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int REFERENCES a)",
                false));

    assertThat(later(plan, "CREATE INDEX CONCURRENTLY ON b (a_id)")).isEmpty();
    assertThat(later(plan, "CREATE INDEX ON b (other)")).containsExactly("ForeignKeyWithoutIndex");
    assertThat(later(plan, "CREATE INDEX ON b (")).containsExactly("ForeignKeyWithoutIndex");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE public.t RENAME TO x; ALTER TABLE public.users RENAME TO t; DELETE FROM t",
        "ALTER TABLE prod.t SET SCHEMA public; DELETE FROM t",
        "ALTER TABLE t RENAME TO x; ALTER SCHEMA prod RENAME TO app; DELETE FROM app.t",
        "DO $$BEGIN SET search_path = prod; END$$; DELETE FROM t",
        "DO $$BEGIN DROP TABLE t; END$$; DELETE FROM t",
        "DO $$BEGIN EXECUTE 'DROP TABLE ' || 't'; END$$; DELETE FROM t",
        "CALL swap(); DELETE FROM t",
        "SELECT swap(); DELETE FROM t",
        "SELECT set_config('search_path', 'prod', false); DELETE FROM t"
      })
  void aNameIsThatOfANewTableUntilItMayMeanAnother(String sql) {
    assertThat(rules(script("1", "CREATE TABLE t (id int); " + sql, true))).contains("ChangesData");
  }

  @Test
  void aTemporaryTableThatACommitDropsHidesNoOtherAfterwards() {
    assertThat(
            rules(
                script(
                    "1",
                    "CREATE TEMP TABLE users (id int) ON COMMIT DROP; COMMIT; DELETE FROM users",
                    false)))
        .contains("ChangesData");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE m (id int) PARTITION BY RANGE (id); ALTER TABLE m ATTACH PARTITION users"
            + " DEFAULT; DELETE FROM m",
        "CREATE TABLE m (id int) PARTITION BY RANGE (id); CREATE TABLE n PARTITION OF m DEFAULT"
            + " PARTITION BY RANGE (id); ALTER TABLE n ATTACH PARTITION users DEFAULT;"
            + " DELETE FROM m",
        "CREATE TABLE m (id int); ALTER TABLE users INHERIT m; DELETE FROM m"
      })
  void aTableThatTakesAnotherInHoldsItsRows(String sql) {
    assertThat(rules(script("1", sql, true))).contains("ChangesData");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE m (id int); ALTER TABLE m RENAME TO n; DELETE FROM n",
        "CREATE TABLE m (id int); ALTER TABLE m SET SCHEMA app; DELETE FROM app.m",
        "CREATE TABLE m (id int) PARTITION BY RANGE (id); CREATE TABLE n (id int);"
            + " ALTER TABLE m ATTACH PARTITION n DEFAULT; DELETE FROM m",
        "CREATE TABLE m (id int); DO $$BEGIN UPDATE other SET id = 1; END$$; DELETE FROM m"
      })
  void aNewTableStaysNewWhereItCanBeNoOther(String sql) {
    assertThat(
            findings(script("1", sql, true)).stream()
                .filter(finding -> finding.message().contains("DELETE"))
                .toList())
        .isEmpty();
  }

  private static List<String> later(List<Script> plan, String sql) throws UnreadableSql {
    return RiskAssessment.of(new PgQuery(1), plan, Tokenizer.statements(sql)).findings().stream()
        .map(Finding::rule)
        .toList();
  }

  private static List<String> rules(Script... scripts) {
    return findings(scripts).stream().map(Finding::rule).toList();
  }

  private static List<Finding> findings(Script... scripts) {
    QualifiedName drafts = new QualifiedName("", "drafts");
    SchemaFacts facts =
        new SchemaFacts(
            170_006,
            Map.of(
                USERS,
                RelationFacts.of(USERS, RelationKind.TABLE)
                    .withSize(Size.of(3_200_000, 1_288_490_189, 0)),
                drafts,
                RelationFacts.of(drafts, RelationKind.TABLE).withSize(Size.of(0, 0, 0))),
            Set.of(new QualifiedName("", "gone")),
            Map.of());
    return RiskAssessment.of(ParsedPlan.of(new PgQuery(1), List.of(scripts)), facts).findings();
  }

  private static Script script(String name, String sql, boolean joins) {
    try {
      return new Script(name, Tokenizer.statements(sql), true, joins);
    } catch (UnreadableSql e) {
      throw new AssertionError(e);
    }
  }
}
