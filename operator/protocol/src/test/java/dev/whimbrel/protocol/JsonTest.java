package dev.whimbrel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {

  @Test
  void equalValuesHaveEqualBytes() {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("b", List.of(1, 2));
    one.put("a", Map.of("y", true, "x", "ä"));
    Map<String, Object> two = new LinkedHashMap<>();
    two.put("a", Map.of("x", "ä", "y", true));
    two.put("b", List.of(1, 2));

    assertThat(Json.write(one))
        .isEqualTo(Json.write(two))
        .isEqualTo("{\"a\":{\"x\":\"ä\",\"y\":true},\"b\":[1,2]}");
  }

  @Test
  void whatAnOlderOrNewerVersionWroteIsStillRead() {
    assertThat(Json.read("{\"name\":\"n\",\"query\":\"q\",\"new\":1}", RunnerInput.Check.class))
        .isEqualTo(new RunnerInput.Check("n", "q"));
  }

  @Test
  void brokenJsonIsSaidToBeSo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Json.read("{", RunnerInput.Check.class))
        .withMessageStartingWith("not a Check");
  }
}
