package dev.whimbrel.runner.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LibpqLoginTest {

  @Test
  void theFirstErrorIsTheReasonAndNotTheHintBehindIt() {
    assertThat(
            LibpqLogin.error(
                """
                pg_dump: warning: there are circular foreign-key constraints
                pg_dump: error: query failed: ERROR:  permission denied for table users
                pg_dump: detail: Query was: LOCK TABLE public.users IN ACCESS SHARE MODE
                """))
        .isEqualTo("pg_dump: error: query failed: ERROR:  permission denied for table users");
  }

  @Test
  void aLongErrorIsCut() {
    assertThat(LibpqLogin.error("pg_dump: error: " + "x".repeat(1_000)))
        .isEqualTo("pg_dump: error: " + "x".repeat(284) + "…");
  }

  @Test
  void withoutAnErrorTheFirstLineIsTold() {
    assertThat(LibpqLogin.error("\nsh: pg_dump: not found\n")).isEqualTo("sh: pg_dump: not found");
    assertThat(LibpqLogin.error("")).isEqualTo("no message");
  }
}
