package dev.whimbrel.analysis.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScriptVersionTest {

  @Test
  void partsAreComparedAsNumbers() {
    assertThat(Stream.of("10", "2", "1.10", "1.9", "1_9_1", "20261129120000", "002.1"))
        .extracting(ScriptVersion::of)
        .satisfies(versions ->
            assertThat(versions.stream().sorted().map(ScriptVersion::toString))
                .containsExactly("1.9", "1.9.1", "1.10", "2", "002.1", "10", "20261129120000"));
  }

  @Test
  void aPartThatIsMissingIsZero() {
    assertThat(ScriptVersion.of("1"))
        .isEqualTo(ScriptVersion.of("1.0"))
        .hasSameHashCodeAs(ScriptVersion.of("1_0_0"))
        .isEqualByComparingTo(ScriptVersion.of("001.0"))
        .isNotEqualTo(ScriptVersion.of("1.1"));
  }

  @Test
  void anythingElseIsNoVersion() {
    assertThatThrownBy(() -> ScriptVersion.of("1.x")).hasMessageStartingWith("1.x is no version");
  }
}
