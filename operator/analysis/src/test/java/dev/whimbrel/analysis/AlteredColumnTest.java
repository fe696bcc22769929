package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.pgquery.PgQuery;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlteredColumnTest {

  private static final PgQuery PARSER = new PgQuery(1);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER TABLE t ALTER COLUMN a TYPE int                       | t: a -> a
          ALTER TABLE IF EXISTS ONLY s.t ALTER "A b" SET NOT NULL     | s.t: A b -> A b
          ALTER TABLE t ALTER a TYPE numeric(10, 2), ALTER b DROP DEFAULT | t: a -> a, t: b -> b
          ALTER TABLE t RENAME COLUMN a TO b; ALTER TABLE t ALTER b TYPE int | t: a -> b
          ALTER TABLE t RENAME a TO b; ALTER TABLE t RENAME b TO c    | t: a -> c
          ALTER TABLE t ALTER a TYPE int; ALTER TABLE t DROP COLUMN IF EXISTS a | ''
          ALTER TABLE t RENAME TO u                                   | ''
          ALTER TABLE t RENAME CONSTRAINT a TO b                      | ''
          ALTER TABLE t ALTER CONSTRAINT c DEFERRABLE                 | ''
          ALTER TABLE t ADD COLUMN a int, DROP CONSTRAINT b           | ''
          ALTER INDEX i RENAME TO j                                   | ''
          ALTER TABLE t * ALTER a TYPE int                            | t: a -> a
          ALTER TABLE t ALTER U&"\\0061" TYPE int                      | t: a -> a
          ALTER TABLE ONLY "we ird"."T" ALTER /* x */ COLUMN "a""b" TYPE int | we ird.T: a"b -> a"b
          ALTER TABLE d.s.t ALTER a TYPE int                          | s.t: a -> a
          ALTER TABLE t ADD b int, ALTER a TYPE int, DROP c           | t: a -> a
          DO $$ BEGIN ALTER TABLE t ALTER a TYPE int; END $$          | t: a -> a
          DO $$ BEGIN ALTER TABLE t RENAME a TO b; END $$; ALTER TABLE t ALTER b TYPE int | t: a -> b
          ALTER TABLE t ALTER a FROBNICATE                            | ''
          UPDATE t SET a = 1                                          | ''
          """)
  void namesBeforeAndAfterAreKnown(String sql, String columns) throws UnreadableSql {
    List<AlteredColumn> altered = AlteredColumn.of(new Trees(PARSER), Tokenizer.statements(sql));

    assertThat(altered)
        .map(column -> column.table() + ": " + column.before() + " -> " + column.after())
        .isEqualTo(columns.isEmpty() ? List.of() : List.of(columns.split(", ")));
  }
}
