package dev.whimbrel.runner.flyway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whimbrel.runner.StepFailure;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlaceholdersTest {

  private final Placeholders placeholders =
      new Placeholders(
          Map.of("tenant", "blue$1", "empty", ""),
          Map.of("flyway:timestamp", "2026-11-25 10:00:00", "flyway:table", "history"));

  @Test
  void namesAreMatchedWithoutRegardToCaseAndValuesAreTakenLiterally() {
    assertThat(placeholders.fill(file("a ${TENANT} b ${empty}c ${flyway:table}")))
        .isEqualTo("a blue$1 b c history");
  }

  @Test
  void whatIsKnownOnlyWhenTheScriptRunsStaysSymbolic() {
    assertThat(placeholders.fill(file("${flyway:timestamp} ${flyway:user} ${flyway:filename}")))
        .isEqualTo("${flyway:timestamp} ${flyway:user} ${flyway:filename}");
  }

  @Test
  void dollarsThatBeginNoPlaceholderStay() {
    assertThat(placeholders.fill(file("$1 $$ {x} $ {y}"))).isEqualTo("$1 $$ {x} $ {y}");
  }

  @Test
  void aMissingValueNamesFileAndLine() {
    assertThatThrownBy(() -> placeholders.fill(file("${tenant}\n\n${other}")))
        .isInstanceOf(StepFailure.class)
        .hasMessageContaining("file V1__a.sql of ConfigMap sql uses ${other} in line 3");
  }

  private static SourceFile file(String text) {
    return new SourceFile("sql", "V1__a.sql", text.getBytes(StandardCharsets.UTF_8));
  }
}
