package dev.whimbrel.testkit.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.testkit.process.HostCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsPython
class PythonEnvironmentIT {

  @TempDir Path directory;

  @Test
  void it_has_alembic_sqlalchemy_and_the_drivers_in_their_versions() throws Exception {
    PythonEnvironment python = PythonEnvironment.obtain();
    Path log = directory.resolve("log");

    HostCommand.require(directory, log, List.of(python.alembic().toString(), "--version"));
    HostCommand.require(
        directory,
        log,
        List.of(
            python.python().toString(),
            "-c",
            """
            import alembic, asyncpg, greenlet, psycopg, psycopg2, sqlalchemy
            for module in alembic, sqlalchemy, psycopg, asyncpg:
                print(module.__version__)
            print(psycopg.pq.__impl__, psycopg2.__version__.split()[0])
            """));

    assertThat(Files.readAllLines(log))
        .containsExactly("alembic 1.12.1", "1.12.1", "2.0.23", "3.2.3", "0.29.0", "binary 2.9.9");
  }
}
