package dev.whimbrel.analysis.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.pgquery.PgQuery;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StatementFuzzTest {

  private static final PgQuery PARSER = new PgQuery(1);

  @Test
  void nothingOfAFewHundredOddScriptsFailsOrPassesInSilence() {
    StatementGenerator generator = new StatementGenerator(new Random(20261129));

    for (int i = 0; i < 800; i++) {
      String script = generator.script();

      assertThat(Judged.of(PARSER, script).wrong()).as(script).isEmpty();
    }
  }
}
