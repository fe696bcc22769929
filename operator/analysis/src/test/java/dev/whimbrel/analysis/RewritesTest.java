package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.RulePage.Case;
import dev.whimbrel.api.v1alpha1.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is to be written instead says all that the statement says, of the same things. */
class RewritesTest {

  @Test
  void indexesAreDroppedOneByOneAndStillOnlyIfTheyAreThere() {
    assertThat(sql(Rule.DROP_INDEX, "DROP INDEX IF EXISTS app.a, \"B\""))
        .containsExactly(
            "DROP INDEX CONCURRENTLY IF EXISTS app.a;", "DROP INDEX CONCURRENTLY IF EXISTS \"B\";");
  }

  @Test
  void whatIsConcurrentAlreadyIsNotWrittenAgain() {
    assertThat(sql(Rule.DROP_INDEX, "DROP INDEX CONCURRENTLY a")).isEmpty();
  }

  @Test
  void aNameThatIsMadeOfOthersIsQuotedAsOneAndCutWhereItIsTooLong() {
    assertThat(sql(Rule.SET_NOT_NULL, "ALTER TABLE app.\"T\" ALTER a SET NOT NULL").getFirst())
        .isEqualTo(
            "ALTER TABLE app.\"T\" ADD CONSTRAINT \"T_a_filled\" CHECK (a IS NOT NULL) NOT VALID;");
    assertThat(
            sql(Rule.ADD_COLUMN_NUMBERED, "ALTER TABLE app.t ADD " + "c".repeat(63) + " serial")
                .getFirst())
        .isEqualTo("CREATE SEQUENCE app.t_" + "c".repeat(57) + "_seq;");
  }

  @Test
  void whatCostsNothingStaysWithTheColumn() {
    String column = "ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 1 CHECK (a > 0)";

    assertThat(sql(Rule.ADD_COLUMN_CHECK, column).getFirst())
        .isEqualTo("ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 1;");
  }

  @Test
  void rowsAreKeptAndChangedInBatchesThatKnowWhatIsDone() {
    assertThat(sql(Rule.CHANGES_DATA, "UPDATE app.t x SET a = 1, \"B\" = NULL WHERE x.c = 'where'"))
        .containsExactly(
            "CREATE TABLE app.t_before AS SELECT * FROM app.t x WHERE x.c = 'where';",
            "UPDATE app.t x SET a = 1, \"B\" = NULL WHERE (x.c = 'where') AND (a IS DISTINCT FROM"
                + " '1' OR \"B\" IS DISTINCT FROM NULL) AND ctid IN (SELECT ctid FROM app.t x WHERE"
                + " (x.c = 'where') AND (a IS DISTINCT FROM '1' OR \"B\" IS DISTINCT FROM NULL)"
                + " LIMIT 1000);");
    assertThat(sql(Rule.CHANGES_DATA, "DELETE FROM t WHERE a = 1 OR b = 2"))
        .containsExactly(
            "CREATE TABLE t_before AS SELECT * FROM t WHERE a = 1 OR b = 2;",
            "DELETE FROM t WHERE (a = 1 OR b = 2) AND ctid IN (SELECT ctid FROM t WHERE (a = 1 OR b"
                + " = 2) LIMIT 1000);");
  }

  @Test
  void whatIsFilledWhereItIsNullTellsItself() {
    assertThat(sql(Rule.CHANGES_DATA, "UPDATE t SET a = now() WHERE a IS NULL AND b = 1"))
        .contains(
            "UPDATE t SET a = now() WHERE (a IS NULL AND b = 1) AND ctid IN (SELECT ctid FROM t"
                + " WHERE (a IS NULL AND b = 1) LIMIT 1000);");
    assertThat(sql(Rule.CHANGES_DATA, "UPDATE t SET a = b WHERE a IS NULL AND b IS NOT NULL"))
        .hasSize(2);
    assertThat(sql(Rule.CHANGES_DATA, "UPDATE t SET a = coalesce(b, 'x') WHERE a IS NULL"))
        .hasSize(2);
    assertThat(
            sql(
                Rule.CHANGES_DATA,
                "UPDATE t SET a = lower(b::text) WHERE a IS NULL AND b IS NOT NULL"))
        .hasSize(2);
  }

  @Test
  void whereARowDoesNotTellWhetherItIsDoneThereAreNoBatches() {
    for (String update :
        List.of(
            "UPDATE t SET a = a + 1",
            "UPDATE t SET a = now()",
            "UPDATE t SET a = now() WHERE b IS NULL",
            "UPDATE t SET a = b WHERE a IS NULL",
            "UPDATE t SET a = nullif(b, '') WHERE a IS NULL",
            "UPDATE t SET a = b WHERE a IS NULL OR b IS NOT NULL",
            "UPDATE t SET a = lower(b) WHERE a IS NULL AND b IS NOT NULL",
            "UPDATE t SET a = upper(b) WHERE a IS NULL AND b IS NOT NULL",
            "UPDATE t SET a = '(,)' WHERE a IS NULL",
            "UPDATE t SET a[1] = 2 WHERE a IS NULL",
            "UPDATE t SET a = DEFAULT WHERE a IS NULL",
            "UPDATE t SET a = lower(b)",
            "UPDATE t SET a = 0.1",
            "UPDATE t SET a = '{}'",
            "UPDATE t SET a = 'x'::mood",
            "UPDATE t SET a = b",
            "UPDATE t SET a = 1, b = 'x'",
            "UPDATE t SET a = DEFAULT")) {
      assertThat(batch(update)).as(update).startsWith("-- a range of a key at a time");
    }
  }

  @Test
  void whereOtherRowsOrTheTimeDecideOnlyTheRowsThatWereFoundAreChanged() {
    for (String found :
        List.of(
            "DELETE FROM t WHERE id IN (SELECT id FROM t ORDER BY a LIMIT 10)",
            "DELETE FROM t WHERE a > (SELECT avg(a) FROM t)",
            "DELETE FROM t WHERE EXISTS (SELECT FROM u)",
            "DELETE FROM t WHERE random() < 0.1",
            "DELETE FROM t WHERE a < now() - interval '30 days'",
            "DELETE FROM t WHERE a < current_date",
            "DELETE FROM t WHERE a < 'yesterday'",
            "DELETE FROM t WHERE f(a)",
            "DELETE FROM t WHERE app.lower(a) = 'x'",
            "DELETE FROM t WHERE a OPERATOR(app.=) 1",
            "DELETE FROM t WHERE ctid < '(9,0)'",
            // By ON DELETE SET NULL what hung on a deleted row is found next.
            "DELETE FROM t WHERE parent IS NULL",
            "DELETE FROM t WHERE coalesce(parent, 0) = 0",
            "DELETE FROM t WHERE parent IS NOT DISTINCT FROM NULL",
            "DELETE FROM t WHERE num_nulls(parent) = 1",
            "DELETE FROM t WHERE int4range(parent, 5) @> 3",
            "DELETE FROM t WHERE concat(parent) = ''",
            "DELETE FROM t WHERE row_to_json(t)::text LIKE '%null%'",
            "DELETE FROM t o WHERE o::text LIKE '%,)'",
            "DELETE FROM t WHERE nullif(5, parent) = 5",
            "DELETE FROM t WHERE greatest(parent, 5) = 5",
            "DELETE FROM t WHERE ARRAY[parent] = ARRAY[NULL::int]",
            "UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t WHERE b ORDER BY id LIMIT 100)",
            "UPDATE t SET a = 1 WHERE a IS NULL AND b IN (SELECT b FROM u)")) {
      assertThat(sql(Rule.CHANGES_DATA, found).getFirst())
          .as(found)
          .isEqualTo(
              "CREATE TABLE t_before AS SELECT * FROM "
                  + found
                      .replaceFirst("DELETE FROM |UPDATE ", "")
                      .replaceFirst(" SET .*? WHERE", " WHERE")
                  + ";");
      assertThat(batch(found)).as(found).startsWith("-- the rows kept above");
    }
  }

  @Test
  void whatReadsMoreThanItsRowIsFoundBeforeAnyIsChanged() {
    for (String update :
        List.of(
            "UPDATE t SET a = u.a FROM u WHERE u.id = t.id",
            "DELETE FROM t USING t o WHERE o.a = t.a AND o.id < t.id",
            "UPDATE t SET (a, b) = (SELECT 1, 2)",
            "UPDATE t SET a = (SELECT count(*) FROM t) WHERE b = 1",
            "UPDATE t SET a = 1 /* where */ WHERE b = 1",
            "EXPLAIN ANALYZE DELETE FROM t WHERE a = 1")) {
      assertThat(batch(update)).as(update).startsWith("-- first the keys of what it finds");
    }
  }

  @Test
  void aDefaultThatMayBeNullDoesNotTellWhichRowsHaveIt() {
    String column = "ALTER TABLE t ADD COLUMN a text DEFAULT ";

    assertThat(batch(Rule.ADD_COLUMN_DEFAULT, column + "f()"))
        .isEqualTo(
            "-- a range of a key at a time, for a row does not tell whether it is done: UPDATE t"
                + " SET a = DEFAULT");
    assertThat(batch(Rule.ADD_COLUMN_DEFAULT, column + "md5(random()::text)"))
        .startsWith("UPDATE t SET a = DEFAULT WHERE a IS NULL AND ctid IN");
  }

  @Test
  void aGeneratedColumnOfATypeWithoutEqualityDoesNotTellWhichRowsHaveIt() {
    assertThat(
            batch(
                Rule.ADD_COLUMN_GENERATED,
                "ALTER TABLE t ADD COLUMN a json GENERATED ALWAYS AS (to_json(b)) STORED"))
        .startsWith("-- a range of a key at a time");
  }

  private static String batch(String sql) {
    return batch(Rule.CHANGES_DATA, sql);
  }

  private static String batch(Rule rule, String sql) {
    return found(rule, sql).getFirst().rewrite().getLast();
  }

  @Test
  void theBoundsOfAPartitionAreACheckOfTheSame() {
    assertThat(
            String.join(
                " ", sql(Rule.ATTACH_PARTITION, attach("FROM ('2026-01-01') TO (MAXVALUE)"))))
        .contains("CHECK (%1$I IS NOT NULL AND %1$I >= ''2026-01-01'') NOT VALID");
    assertThat(String.join(" ", sql(Rule.ATTACH_PARTITION, attach("IN ('a', 'b%')"))))
        .contains("CHECK (%1$I IS NOT NULL AND %1$I IN (''a'', ''b%%'')) NOT VALID");
    assertThat(sql(Rule.ATTACH_PARTITION, attach("FROM (1, 2) TO (3, 4)")))
        .containsExactly("SELECT pg_get_partkeydef('p'::regclass);");
  }

  private static String attach(String bounds) {
    return "ALTER TABLE p ATTACH PARTITION q FOR VALUES " + bounds;
  }

  @Test
  void aPartitionIsAttachedByTheBoundsThatAreWritten() {
    for (String bounds : List.of("FOR\nVALUES IN (1)", "for  values in (1)", "DEFAULT")) {
      assertThat(sql(Rule.CREATE_PARTITION, "CREATE TABLE x PARTITION OF \"größe\" " + bounds))
          .as(bounds)
          .first()
          .isEqualTo("CREATE TABLE x (LIKE \"größe\" INCLUDING ALL EXCLUDING IDENTITY);");
      assertThat(
              String.join(
                  "\n",
                  sql(Rule.CREATE_PARTITION, "CREATE TABLE x PARTITION OF \"größe\" " + bounds)))
          .endsWith("\nALTER TABLE \"größe\" ATTACH PARTITION x " + bounds + ";");
    }
  }

  @Test
  void aPartitionOfWhichMoreIsSaidIsNotMadeApart() {
    for (String partition :
        List.of(
            "CREATE TABLE x PARTITION OF p (a DEFAULT 1) FOR VALUES IN (1)",
            "CREATE TABLE x PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (b)",
            "CREATE TABLE x PARTITION OF p FOR VALUES FROM (1) TO (2) WITH (fillfactor = 70)",
            "CREATE TABLE x PARTITION OF p FOR VALUES IN (1) TABLESPACE fast",
            "CREATE TABLE x PARTITION OF p DEFAULT USING heap",
            "CREATE UNLOGGED TABLE x PARTITION OF p FOR VALUES IN (1)",
            "CREATE SCHEMA s CREATE TABLE x PARTITION OF p FOR VALUES IN (1)")) {
      assertThat(found(Rule.CREATE_PARTITION, partition)).as(partition).hasSize(1);
      assertThat(sql(Rule.CREATE_PARTITION, partition)).as(partition).isEmpty();
    }
  }

  @Test
  void aColumnThatIsFilledLaterIsNotNullLater() {
    assertThat(
            sql(
                    Rule.ADD_COLUMN_UNIQUE,
                    "ALTER TABLE t ADD COLUMN c uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE")
                .getFirst())
        .isEqualTo("ALTER TABLE t ADD COLUMN c uuid;");
  }

  @Test
  void aNewColumnKeepsItsCollationAndWhenItsKeysAreChecked() {
    assertThat(
            sql(
                Rule.ADD_COLUMN_FOREIGN_KEY,
                "ALTER TABLE t ADD COLUMN a text COLLATE \"C\" NOT NULL DEFAULT 'x' REFERENCES u"
                    + " (k) DEFERRABLE INITIALLY DEFERRED"))
        .startsWith(
            "ALTER TABLE t ADD COLUMN a text COLLATE \"C\" NOT NULL DEFAULT 'x';",
            "ALTER TABLE t ADD CONSTRAINT t_a_fkey FOREIGN KEY (a) REFERENCES u (k) DEFERRABLE"
                + " INITIALLY DEFERRED NOT VALID;");
    assertThat(
            sql(
                Rule.ADD_COLUMN_UNIQUE,
                "ALTER TABLE t ADD a text NOT NULL COLLATE pg_catalog.\"C\" UNIQUE NULLS NOT"
                    + " DISTINCT DEFERRABLE"))
        .containsExactly(
            "ALTER TABLE t ADD COLUMN a text COLLATE pg_catalog.\"C\";",
            "CREATE UNIQUE INDEX CONCURRENTLY t_a_key ON t (a) NULLS NOT DISTINCT;",
            "ALTER TABLE t ADD CONSTRAINT t_a_key UNIQUE USING INDEX t_a_key DEFERRABLE;");
  }

  @Test
  void whatIsWrittenInsteadOfOneOfSeveralConstraintsWouldLeaveOutTheOthers() {
    String checks = "ALTER TABLE t ADD COLUMN a int CHECK (a > 0) CONSTRAINT lt CHECK (a < 9)";
    String key = "ALTER TABLE t ADD COLUMN a int PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY";

    assertThat(found(Rule.ADD_COLUMN_CHECK, checks)).hasSize(2);
    assertThat(sql(Rule.ADD_COLUMN_CHECK, checks)).isEmpty();
    assertThat(found(Rule.ADD_COLUMN_UNIQUE, key)).hasSize(1);
    assertThat(sql(Rule.ADD_COLUMN_UNIQUE, key)).isEmpty();
    assertThat(sql(Rule.ADD_COLUMN_NUMBERED, key)).isEmpty();
  }

  @Test
  void anIdentityThatSaysMoreIsNoPlainSequence() {
    for (String identity : List.of("ALWAYS AS IDENTITY", "BY DEFAULT AS IDENTITY (START 100)")) {
      String column = "ALTER TABLE t ADD COLUMN a int GENERATED " + identity;

      assertThat(found(Rule.ADD_COLUMN_NUMBERED, column)).as(column).hasSize(1);
      assertThat(sql(Rule.ADD_COLUMN_NUMBERED, column)).as(column).isEmpty();
    }
  }

  @Test
  void aViewThatIsEmptiedIsReadByNobody() {
    String refresh = "REFRESH MATERIALIZED VIEW m WITH NO DATA";

    assertThat(found(Rule.REFRESH_VIEW, refresh))
        .singleElement()
        .satisfies(finding -> assertThat(finding.message()).contains("fails (55000)"));
    assertThat(sql(Rule.REFRESH_VIEW, refresh)).isEmpty();
  }

  @Test
  void anIndexWithoutANameGetsThatOfPostgreSql() {
    Case unnamed =
        new Case("CREATE INDEX ON parts (at, lower(b))", null, "parts is partitioned", null);

    assertThat(RuleCases.findings(unnamed).getFirst().rewrite())
        .anyMatch(line -> line.contains("'parts_at_lower_idx'::regclass"));
  }

  private static List<Finding> found(Rule rule, String sql) {
    return RuleCases.findings(new Case(sql, null, "", null)).stream()
        .filter(finding -> finding.rule().equals(rule.id()))
        .toList();
  }

  private static List<String> sql(Rule rule, String sql) {
    return found(rule, sql).stream()
        .flatMap(finding -> finding.rewrite().stream())
        .filter(line -> !line.startsWith("--"))
        .toList();
  }
}
