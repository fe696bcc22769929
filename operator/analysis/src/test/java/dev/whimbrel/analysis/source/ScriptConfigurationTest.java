package dev.whimbrel.analysis.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScriptConfigurationTest {

  @Test
  void whatIsNotWrittenIsLeftToFlyway() throws ScriptConfiguration.Refused {
    assertThat(ScriptConfiguration.parse("# nothing\n")).isEqualTo(ScriptConfiguration.NONE);
    assertThat(ScriptConfiguration.parse("executeInTransaction = false\n"))
        .isEqualTo(new ScriptConfiguration(true, Optional.of(false)));
    assertThat(ScriptConfiguration.parse("placeholderReplacement=FALSE").placeholderReplacement())
        .isFalse();
  }

  @Test
  void whatIsNotSupportedIsRefused() {
    assertThatThrownBy(() -> ScriptConfiguration.parse("shouldExecute=false"))
        .hasMessage(
            "it sets shouldExecute; supported are"
                + " [encoding, executeInTransaction, placeholderReplacement]");
    assertThatThrownBy(() -> ScriptConfiguration.parse("encoding=latin1"))
        .hasMessage("encoding latin1: use UTF-8");
  }
}
