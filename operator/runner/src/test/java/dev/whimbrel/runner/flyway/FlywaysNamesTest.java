package dev.whimbrel.runner.flyway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.source.ScriptName;
import dev.whimbrel.analysis.source.ScriptVersion;
import java.util.Arrays;
import java.util.List;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.Event;
import org.junit.jupiter.api.Test;

/** What our reading of file names shares with the Flyway that carries the files out. */
class FlywaysNamesTest {

  @Test
  void theEventsAreFlyways() {
    assertThat(ScriptName.EVENTS)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Event.values()).map(Event::getId).toList());
  }

  @Test
  void versionsHaveFlywaysOrder() {
    List<String> versions = List.of("1", "1.0", "1.1", "001.2", "1.10", "2_0_1", "10", "20261129");

    for (String one : versions) {
      for (String other : versions) {
        assertThat(ScriptVersion.of(one).compareTo(ScriptVersion.of(other)))
            .as("%s and %s", one, other)
            .isEqualTo(
                MigrationVersion.fromVersion(one).compareTo(MigrationVersion.fromVersion(other)));
      }
    }
  }
}
