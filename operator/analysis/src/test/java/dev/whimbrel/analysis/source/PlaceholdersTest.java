package dev.whimbrel.analysis.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.source.Placeholders.Use;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlaceholdersTest {

  private final Placeholders placeholders =
      new Placeholders(
          Map.of("tenant", "blue$1", "empty", ""),
          Map.of("flyway:timestamp", "2026-11-25 10:00:00", "flyway:table", "history"));

  @Test
  void namesAreMatchedWithoutRegardToCaseAndValuesAreTakenLiterally() {
    assertThat(placeholders.fill("a ${TENANT} b ${empty}c ${flyway:table}").text())
        .isEqualTo("a blue$1 b c history");
  }

  @Test
  void whatIsKnownOnlyWhenTheScriptRunsStaysSymbolic() {
    assertThat(placeholders.fill("${flyway:timestamp} ${flyway:user} ${flyway:filename}").text())
        .isEqualTo("${flyway:timestamp} ${flyway:user} ${flyway:filename}");
  }

  @Test
  void dollarsThatBeginNoPlaceholderStay() {
    assertThat(placeholders.fill("$1 $$ {x} $ {y}").text()).isEqualTo("$1 $$ {x} $ {y}");
  }

  @Test
  void whatHasNoValueIsNamedWithItsLineAndStaysAsWritten() {
    Placeholders.Filled filled = placeholders.fill("${tenant}\n\n${other} ${more}\n${open");

    assertThat(filled.unresolved())
        .containsExactly(new Use("other", 3), new Use("more", 3), new Use("", 4));
    assertThat(filled.text()).isEqualTo("blue$1\n\n${other} ${more}\n${open");
  }

  @Test
  void theFirstThatDiffersFromRunToRunIsFound() {
    assertThat(Placeholders.firstVolatile("-- a\nSELECT '${Flyway:Timestamp}'"))
        .contains(new Use("Flyway:Timestamp", 2));
    assertThat(Placeholders.firstVolatile("SELECT '${flyway:user}'")).isEmpty();
  }
}
