package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class LogTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Log log =
      new Log(
          new PrintStream(out, true, StandardCharsets.UTF_8),
          Clock.fixed(Instant.parse("2026-11-25T10:00:00.123456Z"), ZoneOffset.UTC),
          "p w=\"1");

  @Test
  void aLineIsKeysAndValues() {
    log.info("Revision begins", "revision", "V1__a.sql", "note", "two words", "empty", "");

    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualToIgnoringNewLines(
            "time=2026-11-25T10:00:00.123Z level=info msg=\"Revision begins\" revision=V1__a.sql"
                + " note=\"two words\" empty=\"\"");
  }

  @Test
  void aLineStaysOneLine() {
    log.warn("first\nsecond", "trace", "a\r\nb");

    assertThat(out.toString(StandardCharsets.UTF_8).strip())
        .doesNotContain("\n")
        .endsWith("\"a\\r\\nb\"");
  }

  @Test
  void thePasswordIsTakenOutBeforeAndAfterQuoting() {
    log.warn("cannot log in with p w=\"1", "password", "p w=\"1");

    assertThat(out.toString(StandardCharsets.UTF_8)).contains("***").doesNotContain("p w=");
    assertThat(log.redact("x p w=\"1 y")).isEqualTo("x *** y");
  }
}
