package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** How the output of {@code --sql} is read. */
class OfflineScriptTest {

  @Test
  void goingBackToNothingWithATransactionPerRevisionIsWhole() {
    OfflineScript script =
        OfflineScript.parse(
            """
            BEGIN;

            -- Running downgrade one ->\s

            DELETE FROM alembic_version WHERE alembic_version.version_num = 'one';

            COMMIT;

            DROP TABLE alembic_version;

            """,
            true,
            Set.of("one"));

    assertThat(script.complete()).isTrue();
    assertThat(script.sections())
        .singleElement()
        .returns(true, OfflineScript.Section::endsTransaction)
        .returns(false, OfflineScript.Section::leavesTransaction)
        .returns(true, OfflineScript.Section::isEmpty);
  }

  @Test
  void oneThatWasCutOffIsNot() {
    OfflineScript script =
        OfflineScript.parse(
            """
            BEGIN;

            -- Running upgrade  -> one

            CREATE TABLE one (id bigint);
            """,
            false,
            Set.of("one"));

    assertThat(script.complete()).isFalse();
  }
}
