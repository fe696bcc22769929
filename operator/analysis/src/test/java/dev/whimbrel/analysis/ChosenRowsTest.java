package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.RiskAssessment.Script;
import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Index;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.catalog.Size;
import dev.whimbrel.analysis.locks.StatementLocks;
import dev.whimbrel.analysis.locks.Waiting;
import dev.whimbrel.analysis.pgquery.PgQuery;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table has the keys {@code (id)} and {@code (team, slot)}, and other columns with indexes. */
class ChosenRowsTest {

  private static final PgQuery PARSER = new PgQuery(1);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE t SET a = 1 WHERE id = 7",
        "UPDATE t SET a = 1 WHERE 7 = id AND a > 3",
        "UPDATE ONLY t AS x SET a = 1 WHERE x.id IN (1, 2, 3)",
        "UPDATE public.t SET a = 1 WHERE t.id = ANY ('{1,2}')",
        "UPDATE t SET a = 1 WHERE team = 1 AND slot = lower('X')",
        "UPDATE t SET a = 1 WHERE (team, slot) = (1, 'x')",
        "UPDATE t SET a = 1 WHERE id = 7 OR (slot = 'x' AND team = 3)",
        "UPDATE t SET a = 1 WHERE a = 2 AND (id = 7 OR id = 8)",
        "UPDATE t SET a = 1 WHERE id = (SELECT max(id) FROM s)",
        "UPDATE t SET a = 1 WHERE ctid IN (SELECT ctid FROM t WHERE a IS NULL LIMIT 1000)",
        "UPDATE t SET a = v.a FROM (VALUES (1, 2), (3, 4)) AS v (id, a) WHERE t.id = v.id",
        "DELETE FROM t WHERE id = 7",
        "DELETE FROM t WHERE id = 7 RETURNING *",
        "DELETE FROM t USING (VALUES (1)) AS v (id) WHERE v.id = t.id",
        "MERGE INTO t USING (VALUES (1, 2)) AS v (id, a) ON t.id = v.id"
            + " WHEN MATCHED THEN UPDATE SET a = v.a",
        "INSERT INTO t (id, a) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET a = 3",
        "SELECT * FROM t WHERE id = 7 FOR UPDATE",
        "SELECT * FROM t WHERE a = 7 LIMIT 1 FOR UPDATE SKIP LOCKED",
        "SELECT * FROM s JOIN t USING (id) WHERE t.id = 7 FOR UPDATE OF t",
      })
  void aKeyNamesRows(String sql) {
    StatementLocks locks = locks(sql, keyed());

    assertThat(locks.text()).contains("and the rows that it names").doesNotContain("at most");
    assertThat(locks.waiting()).isEqualTo(Waiting.MOMENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE t SET a = 1 WHERE a IS NULL",
        "UPDATE t SET a = 1 WHERE a = 7",
        "UPDATE t SET a = 1 WHERE lower(b) = 'x'",
        "UPDATE t SET a = 1 WHERE team = 1",
        "UPDATE t SET a = 1 WHERE id > 7",
        "UPDATE t SET a = 1 WHERE id <> 7",
        "UPDATE t SET a = 1 WHERE id = a",
        "UPDATE t SET a = 1 WHERE id = 7 OR a = 8",
        "UPDATE t SET a = 1 WHERE NOT id = 7",
        "UPDATE t SET a = 1 WHERE id BETWEEN 1 AND 1000",
        "UPDATE t SET a = 1 WHERE id NOT IN (1, 2)",
        "UPDATE t SET a = 1 WHERE id <> ALL ('{1,2}')",
        "UPDATE t SET a = 1 WHERE id IN (SELECT id FROM s)",
        "UPDATE t SET a = 1 WHERE id IN (SELECT id FROM s LIMIT 1000000)",
        "UPDATE t SET a = 1 WHERE id = ANY (ARRAY(SELECT id FROM s))",
        "UPDATE t SET a = 1 WHERE EXISTS (SELECT FROM s WHERE s.id = 7)",
        "UPDATE t SET a = s.a FROM s WHERE t.id = s.id",
        "UPDATE t SET a = s.a FROM s WHERE t.a = s.a AND s.id = 7",
        "UPDATE t SET a = 1 FROM s WHERE id = 7",
        "UPDATE t SET a = s.a FROM s",
        "UPDATE t SET a = 1 WHERE partly = 7",
        "UPDATE t SET a = 1 WHERE broken = 7",
        "DELETE FROM t USING s WHERE s.id = t.id",
        "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE",
        "INSERT INTO t SELECT * FROM s ON CONFLICT (id) DO UPDATE SET a = 3",
        "SELECT * FROM t WHERE a = 7 FOR UPDATE",
        "SELECT * FROM t JOIN s USING (id) WHERE s.id = 7 FOR UPDATE OF t",
      })
  void anythingElseMayChooseMany(String sql) {
    StatementLocks locks = locks(sql, keyed());

    assertThat(locks.text()).contains("and the rows that it chooses");
    assertThat(locks.waiting()).isEqualTo(Waiting.VERY_LONG);
  }

  @Test
  void rowsThatAreNamedAreFoundByTheirKey() {
    assertThat(locks("UPDATE t SET a = 1 WHERE id = 7", keyed()).text())
        .isEqualTo("ROW EXCLUSIVE on t, and the rows that it names");
  }

  @Test
  void withoutTheCatalogNoColumnIsAKey() {
    StatementLocks locks = locks("UPDATE t SET a = 1 WHERE id = 7", SchemaFacts.unknown());

    assertThat(locks.text())
        .isEqualTo("at most ROW EXCLUSIVE on t, all of it read, and the rows that it chooses");
    assertThat(locks.waiting()).isEqualTo(Waiting.LONG);
  }

  private static SchemaFacts keyed() {
    RelationFacts table =
        RelationFacts.of(new QualifiedName("public", "t"), RelationKind.TABLE)
            .withSize(Size.of(5_000_000, 1, 1))
            .withIndexes(
                List.of(
                    index(true, true, false, "id"),
                    index(true, true, false, "team", "slot"),
                    index(false, true, false, "a"),
                    index(true, true, false, "", "b"),
                    index(true, true, true, "partly"),
                    index(true, false, false, "broken")));
    return new SchemaFacts(
        170_000,
        Map.of(new QualifiedName("", "t"), table, table.name(), table),
        Set.of(),
        Map.of());
  }

  private static Index index(boolean unique, boolean valid, boolean partial, String... columns) {
    return new Index("i", List.of(columns), unique, false, valid, partial, OptionalLong.empty());
  }

  private static StatementLocks locks(String sql, SchemaFacts facts) {
    try {
      Script script = Scripts.of("V1.sql", sql);
      return RiskAssessment.of(ParsedPlan.of(PARSER, List.of(script)), facts)
          .locked()
          .getFirst()
          .locks();
    } catch (UnreadableSql e) {
      throw new AssertionError(sql, e);
    }
  }
}
