package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server cannot parse is refused while planning, and nothing that it can parse is. */
@Tag("postgres")
class SyntaxIT {

  private final RunnerHarness job = new RunnerHarness();

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void aMistypedStatementIsRefusedWithFileAndLine() {
    job.file("V1__a.sql", "CREATE TABLE a (id int);\n\nALTER TABLE a\n  ADD COLUM b int;\n");

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.result().reason()).isEqualTo("SqlDoesNotParse");
    assertThat(run.result().message())
        .contains("file V1__a.sql of ConfigMap orders-sql, line 4")
        .contains("syntax error at or near", "42601", "correct the script");
  }

  @Test
  void aMistypedFirstWordIsRefused() {
    job.file("V1__a.sql", "CRAETE TABLE a (id int);");

    assertThat(job.run(Step.PLAN).result().message()).contains("line 1", "CRAETE");
  }

  @Test
  void whatOnlyTheCatalogCouldRefuseIsLeftToTheExecution() {
    job.file("V1__a.sql", "INSERT INTO nowhere VALUES (no_such_function(), 'x'::no_such_type);");

    assertThat(job.run(Step.PLAN).result().outcome()).isEqualTo(Outcome.PLANNED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE t (id int); ; ; INSERT INTO t VALUES (1) ;;",
        "SELECT 1 AS id INTO t;",
        "WITH x AS (SELECT 1 AS id) SELECT * INTO t FROM x;",
        "CREATE TABLE t (id int); WITH x AS (INSERT INTO t VALUES (1) RETURNING id) SELECT id FROM"
            + " x;",
        "CREATE TABLE t (id int); MERGE INTO t USING (SELECT 1 AS id) s ON t.id = s.id WHEN NOT"
            + " MATCHED THEN INSERT VALUES (s.id);",
        "DO $$ DECLARE n int; BEGIN SELECT 1 INTO n; END $$;",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN RETURN 1; END $f$;",
        "CREATE TABLE t (id int); CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM t WHERE"
            + " id < 0; DELETE FROM t WHERE id > 9);",
        "CREATE TABLE found (found boolean); INSERT INTO found VALUES (true); UPDATE found SET"
            + " found = false WHERE found;",
        "CREATE TABLE t (note text DEFAULT E'it''s; -- no comment\\n'); COMMENT ON TABLE t IS"
            + " $$a;b$$;",
        "PREPARE p AS SELECT $1::int; EXECUTE p(1); DEALLOCATE p;",
        "-- only a comment\n/* and ; another */ CREATE TABLE t (id int) -- no semicolon",
        "SET LOCAL work_mem = '8MB'; LOCK TABLE pg_class IN ACCESS SHARE MODE; CREATE TABLE t ();",
        "EXPLAIN SELECT 1; TABLE pg_am; VALUES (1); DECLARE c CURSOR FOR SELECT 1;"
            + " FETCH c; CLOSE c;",
        "CREATE VIEW \"Some View\" AS SELECT CASE WHEN true THEN 1 ELSE 2 END AS \"end\";",
        "CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'; CALL p(); SAVEPOINT s; RELEASE s;"
      })
  void whatParsesIsNotRefused(String script) {
    job.file("V1__a.sql", script);

    RunnerHarness.Run run = job.run(Step.PLAN, Step.MIGRATE);

    assertThat(run.result().outcome()).as(run.result().message()).isEqualTo(Outcome.MIGRATED);
  }
}
