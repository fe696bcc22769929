package dev.whimbrel.analysis.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.analysis.source.OfflineScript.Section;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class OfflineScriptTest {

  private static final Trees TREES = new Trees(new PgQuery(1));

  private static final String SCRIPT =
      """
      BEGIN;

      CREATE TABLE alembic_version (
          version_num VARCHAR(32) NOT NULL
      );

      -- Running upgrade  -> a1

      INSERT INTO notes VALUES ('x;
      -- Running upgrade a1 -> zz
      ');

      INSERT INTO alembic_version (version_num) VALUES ('a1') RETURNING alembic_version.version_num;

      -- Running upgrade a1 -> b1

      COMMIT;

      CREATE INDEX CONCURRENTLY i ON notes (x);

      BEGIN;

      UPDATE alembic_version SET version_num='b1' WHERE alembic_version.version_num = 'a1';

      COMMIT;

      """;

  private final Predicate<String> ids = Set.of("a1", "b1")::contains;

  @Test
  void aScriptIsCutAtAlembicsOwnCommentsOnly() {
    OfflineScript script = OfflineScript.parse(SCRIPT, false, ids);

    assertThat(script.begun()).isTrue();
    assertThat(script.complete()).isTrue();
    assertThat(script.sections()).extracting(Section::id).containsExactly("a1", "b1");
    Section first = script.sections().getFirst();
    assertThat(first.lines()).contains("CREATE TABLE alembic_version (", "');");
    assertThat(first.lines()).doesNotContain("BEGIN;");
    assertThat(first.versionTable()).isEqualTo("alembic_version");
    assertThat(first.recordsItself()).isTrue();
    assertThat(first.statements()).hasSize(1);
    assertThat(first.leavesTransaction(TREES)).isFalse();
    assertThat(first.endsTransaction()).isFalse();
  }

  @Test
  void anAutocommitBlockLeavesTheTransaction() {
    Section second = OfflineScript.parse(SCRIPT, false, ids).sections().getLast();

    assertThat(second.leavesTransaction(TREES)).isTrue();
    assertThat(second.endsTransaction()).isTrue();
    assertThat(second.statements()).hasSize(1);
    assertThat(second.lines().getLast()).startsWith("UPDATE alembic_version");
    // The statement is the section's fifth line, and the printed text's 19th.
    assertThat(second.statements().getFirst().line()).isEqualTo(5);
    assertThat(second.printedLine(5)).isEqualTo(19);
  }

  @Test
  void aTransactionPerMigrationEndsEachSection() {
    OfflineScript script =
        OfflineScript.parse(
            SCRIPT.replace(
                "-- Running upgrade a1 -> b1",
                "COMMIT;\n\nBEGIN;\n\n" + "-- Running upgrade a1 -> b1"),
            false,
            ids);

    assertThat(script.sections().getFirst().endsTransaction()).isTrue();
    assertThat(script.sections().getFirst().leavesTransaction(TREES)).isFalse();
  }

  @Test
  void aScriptThatIsCutOffIsNotComplete() {
    String cut = SCRIPT.substring(0, SCRIPT.lastIndexOf("COMMIT;"));

    assertThat(OfflineScript.parse(cut, false, ids).complete()).isFalse();
  }

  @Test
  void aDowngradeNamesTheRevisionThatGoes() {
    OfflineScript script =
        OfflineScript.parse(
            """
            BEGIN;

            -- Running downgrade a1 ->\s

            DELETE FROM own."Version" WHERE own."Version".version_num = 'a1';

            COMMIT;
            """,
            true,
            ids);

    assertThat(script.sections()).extracting(Section::id).containsExactly("a1");
    assertThat(script.sections().getFirst().versionTable()).isEqualTo("own.\"Version\"");
    assertThat(script.sections().getFirst().isEmpty()).isTrue();
  }
}
