package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScriptLocationTest {

  @Test
  void theLocationIsReadFromItsOwnSection() {
    String ini =
        """
        # script_location = commented
        [other]
        script_location = elsewhere
        [alembic]
        file_template = %%(rev)s
        script_location: %(here)s/migrations
        """;

    assertThat(ScriptLocation.location(ini, "alembic")).hasValue("%(here)s/migrations");
    assertThat(ScriptLocation.location(ini, "other")).hasValue("elsewhere");
    assertThat(ScriptLocation.location(ini, "third")).isEmpty();
  }
}
