package dev.whimbrel.analysis.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.locks.Effect;
import dev.whimbrel.analysis.locks.Measurement;
import dev.whimbrel.analysis.locks.RolledBack;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Odd scripts for ten minutes, and beside them statements on a real server: what blocks users there
 * for as long as a table is large is never Low. {@code ./mvnw -Pfuzz -DskipTests -pl
 * operator/analysis -am verify}, with {@code -Dwhimbrel.fuzz.seconds} and {@code
 * -Dwhimbrel.fuzz.seed}.
 */
class StatementFuzz {

  private static final Path SCHEMA =
      Path.of(
          System.getProperty("whimbrel.root", "../.."),
          "operator/analysis/src/test/resources/locks/schema.sql");

  private static final int MOST = 20;

  /** Statements for each script: they take less time. */
  private static final int AT_ONCE = 40;

  private final PgQuery parser = new PgQuery(1);

  @Test
  @SuppressWarnings("SystemOut") // that is where a person reads the seed
  void nothingFailsOrPassesInSilence() throws Exception {
    long seed = Long.getLong("whimbrel.fuzz.seed", System.nanoTime());
    long end =
        System.nanoTime()
            + Duration.ofSeconds(Long.getLong("whimbrel.fuzz.seconds", 600)).toNanos();
    System.out.println("fuzz: -Dwhimbrel.fuzz.seed=" + seed);
    StatementGenerator generator = new StatementGenerator(new Random(seed));
    Set<String> wrong = new TreeSet<>();
    long scripts = 0;
    long run = 0;

    try (EmbeddedDatabase server = EmbeddedDatabase.start();
        Connection connection = server.connect("postgres")) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(Files.readString(SCHEMA) + "; SET statement_timeout = '10s'");
      }
      RolledBack tracer = new RolledBack(connection);
      while (System.nanoTime() < end && wrong.size() < MOST) {
        String script = generator.script();
        scripts++;
        Judged.of(parser, script).wrong().ifPresent(what -> wrong.add(what + "\n" + script));
        for (int i = 0; i < AT_ONCE; i++) {
          String statement = generator.alterTable();
          run++;
          if (isWrong(statement, tracer)) {
            wrong.add("blocks for long and is Low: " + statement);
          }
        }
      }
    }

    System.out.println("fuzz: " + scripts + " scripts read, " + run + " statements run");
    assertThat(wrong).isEmpty();
  }

  private boolean isWrong(String statement, RolledBack tracer) throws Exception {
    if (!Judged.of(parser, statement).risk().equals(Optional.of(Risk.LOW))) {
      return false;
    }
    return Measurement.parse(tracer.trace(statement)).effects().stream()
        .anyMatch(Effect::blocksForLong);
  }
}
