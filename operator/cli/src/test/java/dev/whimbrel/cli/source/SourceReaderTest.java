package dev.whimbrel.cli.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.cli.source.ReadScript.Role;
import dev.whimbrel.cli.source.Source.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceReaderTest {

  @TempDir private Path folder;

  @Test
  void flywaysScriptsAreInFlywaysOrder() throws Exception {
    for (String name :
        List.of(
            "V10__c.sql",
            "V2__b.sql",
            "V1.1__a.sql",
            "R__views.sql",
            "U2__b.sql",
            "beforeMigrate.sql",
            "more/V3__m.sql")) {
      write("db/" + name, "SELECT 1;");
    }

    Source source = read("db").getFirst();

    assertThat(source.kind()).isEqualTo(Kind.FLYWAY);
    assertThat(source.path()).isEqualTo("db");
    assertThat(source.scripts())
        .extracting(ReadScript::file, ReadScript::role)
        .containsExactly(
            tuple("db/beforeMigrate.sql", Role.CALLBACK),
            tuple("db/V1.1__a.sql", Role.MIGRATION),
            tuple("db/V2__b.sql", Role.MIGRATION),
            tuple("db/more/V3__m.sql", Role.MIGRATION),
            tuple("db/V10__c.sql", Role.MIGRATION),
            tuple("db/R__views.sql", Role.MIGRATION),
            tuple("db/U2__b.sql", Role.UNDO));
  }

  @Test
  void otherFoldersAreInTheOrderOfTheirNames() throws Exception {
    write("sql/b.sql", "SELECT 2;");
    write("sql/a.sql", "SELECT 1;");

    Source source = read("sql").getFirst();

    assertThat(source.kind()).isEqualTo(Kind.SQL);
    assertThat(source.scripts())
        .extracting(ReadScript::file)
        .containsExactly("sql/a.sql", "sql/b.sql");
  }

  @Test
  void copiesAndOtherPeoplesProgramsArePassedOver() throws Exception {
    write("src/V1__a.sql", "SELECT 1;");
    write("target/classes/V1__a.sql", "SELECT 1;");
    write("node_modules/x/a.sql", "SELECT 1;");
    write(".git/a.sql", "SELECT 1;");

    assertThat(read(".")).extracting(Source::path).containsExactly("src");
    assertThat(read("target")).extracting(Source::path).containsExactly("target/classes");
  }

  @Test
  void aFileThatIsNamedTwiceIsReadOnce() throws Exception {
    write("db/V1__a.sql", "SELECT 1;");

    assertThat(read("db", "db/V1__a.sql", "./db")).hasSize(1);
  }

  @Test
  void placeholdersAreFilledByNameAndByFlywaysRules() throws Exception {
    write("V1__a.sql", "CREATE TABLE ${Schema}.t (a int);\nSELECT '${flyway:timestamp}';");

    ReadScript script = read(Map.of("schema", "shop"), ".").getFirst().scripts().getFirst();

    assertThat(script.findings()).isEmpty();
    assertThat(script.statements().getFirst().text()).isEqualTo("CREATE TABLE shop.t (a int)");
  }

  @Test
  void aPlaceholderWithoutValueIsAFindingAndTheStatementCanStillBeRead() throws Exception {
    write("V1__a.sql", "SELECT 1;\nDROP TABLE ${schema}.t; -- ${schema}\n");

    ReadScript script = read(".").getFirst().scripts().getFirst();

    assertThat(script.findings())
        .extracting(Finding::rule, Finding::line)
        .containsExactly(tuple("UnresolvedPlaceholder", 2));
    assertThat(script.findings().getFirst().message()).contains("--placeholder schema=VALUE");
    assertThat(script.statements().getLast().text()).isEqualTo("DROP TABLE schema.t");
  }

  @Test
  void theFileBesideAScriptSwitchesPlaceholdersOff() throws Exception {
    write("V1__a.sql", "SELECT '${who}';");
    write("V1__a.sql.conf", "placeholderReplacement=false");

    ReadScript script = read("V1__a.sql").getFirst().scripts().getFirst();

    assertThat(script.findings()).isEmpty();
    assertThat(script.statements().getFirst().text()).isEqualTo("SELECT '${who}'");
  }

  @Test
  void whatFlywayWouldRefuseIsSaid() throws Exception {
    write("V1__a.sql", "SELECT 1;");
    write("V1.0__b.sql", "SELECT 1;");
    write("V2__c.sql", "REINDEX INDEX CONCURRENTLY i;");
    write("V3__d.sql", "SELECT 1;\nCREATE INDEX CONCURRENTLY i ON t (a);");
    write("V4__e.sql", "CREATE INDEX CONCURRENTLY i ON t (a);");
    write("V5__f.sql", "VACUUM t;");
    write("V5__f.sql.conf", "executeInTransaction=true");
    write("V6__g.sql", "SELECT 1;");
    write("V6__g.sql.conf", "shouldExecute=false");
    write("V7.1__h.sql", "/* all */ CLUSTER;");
    write("V7.2__h.sql", "REINDEX (CONCURRENTLY) TABLE t; SELECT 'VACUUM';");
    write("V7.3__h.sql", "DROP /* now */ INDEX CONCURRENTLY i; DROP INDEX \"concurrently\";");
    write("V7.4__h.sql", "ALTER TABLE s.t DETACH PARTITION \"concurrently\";");
    write("V7.5__h.sql", "DISCARD TEMP; CREATE TABLE vacuum (system int);");
    write("v7__h.sql", "SELECT 1;");
    write("V8__i.java", "class V8__i {}");

    assertThat(findings("."))
        .extracting(Finding::script, Finding::rule, Finding::risk)
        .containsExactlyInAnyOrder(
            tuple("V1__a.sql", "DuplicateVersion", "Unsafe"),
            tuple("V2__c.sql", "NeedsNoTransaction", "Unsafe"),
            tuple("V3__d.sql", "MixedStatements", "Unsafe"),
            tuple("V5__f.sql", "NeedsNoTransaction", "Unsafe"),
            tuple("V6__g.sql.conf", "ScriptConfiguration", "Unsafe"),
            tuple("V7.1__h.sql", "NeedsNoTransaction", "Unsafe"),
            tuple("V7.2__h.sql", "NeedsNoTransaction", "Unsafe"),
            tuple("V7.3__h.sql", "MixedStatements", "Unsafe"),
            tuple("v7__h.sql", "BadFileName", "Medium"),
            tuple("V8__i.java", "NotSql", "Medium"));
  }

  @Test
  void whatAlembicPrintsIsAScriptPerRevision() throws Exception {
    List<Source> sources =
        read(
            Map.of(),
            """
            BEGIN;

            CREATE TABLE alembic_version (
                version_num VARCHAR(32) NOT NULL
            );

            -- Running upgrade  -> a1

            CREATE TABLE t (id int);

            INSERT INTO alembic_version (version_num) VALUES ('a1') RETURNING alembic_version.version_num;

            -- Running upgrade a1 -> b2

            DROP TABLE t;

            UPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';

            COMMIT;

            """,
            "-");

    Source source = sources.getFirst();
    assertThat(source.kind()).isEqualTo(Kind.ALEMBIC_SQL);
    assertThat(source.scripts())
        .extracting(
            ReadScript::file,
            ReadScript::name,
            script -> script.statements().size(),
            script -> script.statements().getFirst().line())
        .containsExactly(tuple("stdin", "a1", 1, 9), tuple("stdin", "b2", 1, 15));
  }

  @Test
  void outputOfAlembicThatIsCutOffIsSaidToBe() throws Exception {
    List<Source> sources =
        read(Map.of(), "BEGIN;\n\n-- Running upgrade  -> a1\n\nCREATE TABLE t (id int);\n", "-");

    assertThat(sources.getFirst().scripts().getFirst().findings())
        .extracting(Finding::rule, Finding::risk, Finding::line)
        .containsExactly(tuple("Truncated", "Unsafe", 5));
  }

  @Test
  void outputOfAlembicThatIsCutOffAfterACommitOfItsOwnIsSaidToBe() throws Exception {
    String whole =
        """
        BEGIN;

        -- Running upgrade a1 -> b2

        CREATE TABLE t (id int);

        COMMIT;

        CREATE INDEX CONCURRENTLY i ON u (a);

        BEGIN;

        UPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';

        COMMIT;
        """;
    String cut = whole.substring(0, whole.indexOf("CREATE INDEX"));

    assertThat(read(Map.of(), whole, "-").getFirst().scripts().getFirst().findings()).isEmpty();
    assertThat(read(Map.of(), cut, "-").getFirst().scripts().getFirst().findings())
        .extracting(Finding::rule, Finding::line)
        .containsExactly(tuple("Truncated", 5));
  }

  @Test
  void revisionsInPythonAreCountedAndTheWayToRenderThemIsSaid() throws Exception {
    write("backend/alembic.ini", "[alembic]");
    write("backend/migrations/env.py", "run()");
    write("backend/migrations/versions/a1.py", "revision = 'a1'\ndown_revision = None\n");
    write("backend/migrations/versions/b2.py", "revision = 'b2'\ndown_revision = 'a1'\n");

    Source source = read(".").getFirst();

    assertThat(source.kind()).isEqualTo(Kind.ALEMBIC);
    assertThat(source.scripts()).hasSize(2);
    assertThat(source.notes().getFirst())
        .contains("(cd backend && alembic upgrade heads --sql | whimbrel lint -)");
    assertThat(findings("backend"))
        .extracting(Finding::script, Finding::rule)
        .containsExactly(
            tuple("backend/migrations/versions/a1.py", "NotRendered"),
            tuple("backend/migrations/versions/b2.py", "NotRendered"));
  }

  private List<Finding> findings(String argument) throws UnreadableInput {
    return read(argument).stream()
        .flatMap(source -> source.scripts().stream())
        .flatMap(script -> script.findings().stream())
        .toList();
  }

  private List<Source> read(String... arguments) throws UnreadableInput {
    return read(Map.of(), "", arguments);
  }

  private List<Source> read(Map<String, String> placeholders, String argument)
      throws UnreadableInput {
    return read(placeholders, "", argument);
  }

  private List<Source> read(
      Map<String, String> placeholders, String standardInput, String... arguments)
      throws UnreadableInput {
    return new SourceReader(
            new WorkingDirectory(folder),
            new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8)),
            placeholders,
            Optional.empty())
        .read(List.of(arguments));
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
