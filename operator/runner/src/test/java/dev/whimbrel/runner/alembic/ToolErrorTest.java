package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.protocol.RunnerResult.Kind;
import org.junit.jupiter.api.Test;

class ToolErrorTest {

  private static final RevisionGraph GRAPH =
      RevisionGraph.parse(
          "Rev: b1 (head)\nParent: <base>\nPath: /app/migrations/versions/b1_data.py\n");

  @Test
  void aDriversErrorIsToldByConditionWithoutWhatMayHoldData() {
    ToolError error =
        error(
            """
            INFO  [alembic.runtime.migration] Running upgrade  -> b1, data
            Traceback (most recent call last):
              File "/lib/sqlalchemy/engine/base.py", line 1969, in _exec_single_context
                self.dialect.do_execute(
            psycopg2.errors.UniqueViolation: duplicate key value violates unique constraint "u"
            DETAIL:  Key (email)=(zoe@example.org) already exists.


            The above exception was the direct cause of the following exception:

            Traceback (most recent call last):
              File "/usr/bin/alembic", line 8, in <module>
                sys.exit(main())
              File "/app/migrations/versions/b1_data.py", line 14, in upgrade
                op.execute("x")
            sqlalchemy.exc.IntegrityError: (psycopg2.errors.UniqueViolation) duplicate key value violates unique constraint "u"
            DETAIL:  Key (email)=(zoe@example.org) already exists.

            [SQL: INSERT INTO users VALUES (%(v)s)]
            [parameters: {'v': 'zoe@example.org'}]
            (Background on this error at: https://sqlalche.me/e/20/gkpj)
            """);

    assertThat(error.describe())
        .isEqualTo(
            "revision b1 (b1_data.py, line 14): psycopg2.errors.UniqueViolation: duplicate key"
                + " value violates unique constraint \"u\" (SQLSTATE 23505)");
    assertThat(error.kind()).isEqualTo(Kind.PERMANENT);
  }

  @Test
  void asyncpgWrapsOnceMore() {
    ToolError error =
        error(
            """
            Traceback (most recent call last):
              File "/app/migrations/versions/b1_data.py", line 9, in upgrade
            sqlalchemy.exc.DBAPIError: (sqlalchemy.dialects.postgresql.asyncpg.Error) \
            <class 'asyncpg.exceptions.LockNotAvailableError'>: canceling statement due to lock timeout
            [SQL: ALTER TABLE users ADD COLUMN x int]
            """);

    assertThat(error.sqlState()).isEqualTo("55P03");
    assertThat(error.isLock()).isTrue();
    assertThat(error.message()).isEqualTo("canceling statement due to lock timeout");
  }

  @Test
  void aServerThatIsOutOfReachIsTransient() {
    ToolError error =
        error(
            """
            Traceback (most recent call last):
              File "/app/migrations/env.py", line 3, in <module>
            sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) connection to server at "10.0.0.3", port 5432 failed: Connection refused
            \tIs the server running on that host and accepting TCP/IP connections?
            """);

    assertThat(error.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(error.end("alembic current failed").reason()).isEqualTo("ConnectionLost");
  }

  @Test
  void alembicsOwnWordIsReadAcrossLines() {
    ToolError error =
        ToolError.of(
            new ToolOutput(255, "  FAILED: Can't locate revision identified\n  by 'c9'\n", ""),
            GRAPH);

    assertThat(error.message()).isEqualTo("Can't locate revision identified by 'c9'");
  }

  @Test
  void anEndWithoutAWordIsToldByItsExitCode() {
    assertThat(ToolError.of(new ToolOutput(3, "", "secret words\n"), GRAPH).message())
        .isEqualTo("it ended with exit code 3 and without a traceback");
  }

  @Test
  void anExceptionOfPythonNamesItsLine() {
    ToolError error =
        error(
            """
            Traceback (most recent call last):
              File "/app/migrations/versions/b1_data.py", line 20, in upgrade
                raise ValueError("no rows")
            ValueError: no rows
            """);

    assertThat(error.describe())
        .isEqualTo("revision b1 (b1_data.py, line 20): ValueError: no rows");
  }

  private static ToolError error(String stderr) {
    return ToolError.of(new ToolOutput(1, "", stderr), GRAPH);
  }
}
