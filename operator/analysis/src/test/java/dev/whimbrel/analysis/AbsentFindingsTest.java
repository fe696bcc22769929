package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Column;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.catalog.TypeKind;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Finding;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AbsentFindingsTest {

  private static final PgQuery PARSER = new PgQuery(1);

  /** A table users with one column, and nothing else that is asked for. */
  private static final SchemaFacts FACTS =
      new SchemaFacts(
          170006,
          Map.of(
              name("users"),
              RelationFacts.of(name("users"), RelationKind.TABLE)
                  .withColumns(
                      List.of(
                          new Column(
                              "id", "int8", -1, "bigint", TypeKind.BASE, true, "", false, false)),
                      List.of())),
          Set.of(name("ix_users_email"), name("gone"), name("made"), name("made_pkey")),
          Map.of());

  @Test
  void anIndexThatIsNotThereIsFoundBeforeItStopsTheMigration() throws Exception {
    List<Finding> findings = of("-- Made by autogenerate.\nDROP INDEX ix_users_email;");

    assertThat(findings)
        .containsExactly(
            new Finding(
                "NotThere",
                "High",
                "INDEX ix_users_email is not in this database, so the statement fails: it is not as"
                    + " the script expects. Find out why; where it may be gone, say IF EXISTS",
                "V1.sql",
                2,
                List.of("DROP INDEX IF EXISTS ix_users_email;")));
  }

  @Test
  void columnsAndConstraintsOfATableAreLookedForToo() throws Exception {
    assertThat(of("ALTER TABLE users DROP COLUMN email, DROP CONSTRAINT positive"))
        .extracting(finding -> finding.message().substring(0, 30))
        .containsExactly("column email of users is not i", "constraint positive of users i");
    assertThat(of("ALTER TABLE gone ADD COLUMN a int")).hasSize(1);
    assertThat(of("ALTER TABLE gone RENAME TO kept")).hasSize(1);
    assertThat(of("CREATE INDEX i ON gone (a)")).hasSize(1);
    assertThat(of("ALTER TABLE users DROP COLUMN email").getFirst().rewrite())
        .containsExactly("ALTER TABLE users DROP COLUMN IF EXISTS email;");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN; DROP TABLE gone",
        "UPDATE users SET id = 1; DROP INDEX ix_users_email",
        "CREATE INDEX i ON users (id); ALTER TABLE users DROP COLUMN email",
        "DO $$ BEGIN UPDATE users SET id = 1; END $$; DROP TABLE gone",
      })
  void whatHasNothingToDoWithItDoesNotHideIt(String sql) throws Exception {
    assertThat(of(sql)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP INDEX IF EXISTS gone",
        "ALTER TABLE IF EXISTS gone ADD COLUMN a int",
        "ALTER TABLE users DROP COLUMN IF EXISTS email",
        "ALTER TABLE users DROP COLUMN id",
        "CREATE TABLE gone (a int); DROP TABLE gone",
        "CREATE TABLE made (a int PRIMARY KEY); DROP INDEX made_pkey",
        "CREATE INDEX gone ON users (id); DROP INDEX gone",
        "ALTER TABLE users ADD COLUMN email text; ALTER TABLE users DROP COLUMN email",
        "ALTER TABLE users ADD CONSTRAINT c CHECK (id > 0); ALTER TABLE users DROP CONSTRAINT c",
        "ALTER TABLE users RENAME COLUMN id TO email; ALTER TABLE users DROP COLUMN email",
        "ALTER TABLE users RENAME TO gone; DROP TABLE gone",
        "SET search_path = other; DROP TABLE gone",
        "SELECT make_tables(); DROP TABLE gone",
        "DO $$ BEGIN EXECUTE 'CREATE TABLE gone ()'; END $$; DROP TABLE gone",
        "SELECT id INTO gone FROM users; DROP TABLE gone",
        "CREATE VIEW gone AS SELECT 1; DROP VIEW gone",
        "CREATE SEQUENCE gone; DROP SEQUENCE gone",
        "CREATE TABLE t (a int, CONSTRAINT gone UNIQUE (a)); ALTER INDEX gone RENAME TO kept",
        "CREATE SCHEMA s CREATE TABLE gone (a int); DROP TABLE gone",
        "DROP TABLE of_which_nothing_is_known",
        "DROP FUNCTION gone()",
        "DROP TRIGGER gone ON users"
      })
  void whatMayBeThereByThenIsNotFound(String sql) throws Exception {
    assertThat(of(sql)).isEmpty();
  }

  @Test
  void withoutACatalogNothingIsSaid() throws Exception {
    assertThat(
            AbsentFindings.of(
                ParsedPlan.of(PARSER, List.of(Scripts.of("V1.sql", "DROP TABLE gone"))),
                SchemaFacts.unknown()))
        .isEmpty();
  }

  private static List<Finding> of(String sql) throws UnreadableSql {
    return AbsentFindings.of(ParsedPlan.of(PARSER, List.of(Scripts.of("V1.sql", sql))), FACTS);
  }

  private static QualifiedName name(String name) {
    return new QualifiedName("", name);
  }
}
