package dev.whimbrel.testkit.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class VariableExpansionTest {

  private static final Map<String, String> VARIABLES = Map.of("HOST", "db", "ODD", "$(HOST)\\1");

  @Test
  void a_known_name_is_replaced_once_and_literally() {
    assertThat(expand("$(HOST):5432")).isEqualTo("db:5432");
    assertThat(expand("[$(ODD)]")).isEqualTo("[$(HOST)\\1]");
  }

  @Test
  void an_unknown_name_stays_and_two_dollars_are_one() {
    assertThat(expand("$(NONE) $HOST ${HOST}")).isEqualTo("$(NONE) $HOST ${HOST}");
    assertThat(expand("$$(HOST) costs $$5")).isEqualTo("$(HOST) costs $5");
  }

  private static String expand(String text) {
    return VariableExpansion.expand(text, VARIABLES);
  }
}
