package dev.whimbrel.analysis.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptNameTest {

  @Test
  void aVersionMayHaveDotsAndUnderscores() {
    assertThat(ScriptName.parse("V2026_11.25__add_user_email.sql"))
        .contains(new ScriptName.Versioned(ScriptVersion.of("2026.11.25"), "add user email"));
  }

  @Test
  void aRepeatableScriptHasNoVersion() {
    assertThat(ScriptName.parse("R__views.sql")).contains(new ScriptName.Repeatable("views"));
  }

  @Test
  void anEventMakesACallback() {
    assertThat(ScriptName.parse("afterMigrate.sql"))
        .contains(new ScriptName.Callback("afterMigrate", ""));
    assertThat(ScriptName.parse("beforeEachMigrate__set_role.sql"))
        .contains(new ScriptName.Callback("beforeEachMigrate", "set role"));
  }

  @Test
  void anUndoScriptIsKnownAsOne() {
    assertThat(ScriptName.parse("U3__email.sql"))
        .contains(new ScriptName.Undo(ScriptVersion.of("3")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "V1_one_underscore.sql",
        "v1__lower_case.sql",
        "V__no_version.sql",
        "V1a__letters.sql",
        "R1__with_version.sql",
        "B5__baseline.sql",
        "users.sql",
        ".sql"
      })
  void anythingElseHasNoMeaning(String file) {
    assertThat(ScriptName.parse(file)).isEmpty();
  }
}
