package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Dependent;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Finding;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DependentFindingsTest {

  private static final PgQuery PARSER = new PgQuery(1);

  /** A view reads users.email, and orders has a foreign key to users.id. */
  private static final SchemaFacts FACTS =
      new SchemaFacts(
          170000,
          Map.of(
              new QualifiedName("", "users"),
              RelationFacts.of(new QualifiedName("public", "users"), RelationKind.TABLE)
                  .withDependents(
                      List.of(
                          new Dependent("view", "public.emails", "email"),
                          new Dependent("materialized view", "public.domains", ""),
                          new Dependent(
                              "table constraint", "orders_user_fkey on public.orders", "id")))),
          Set.of(),
          Map.of());

  @Test
  void aCascadeTellsWhatItTakesAlong() {
    Finding finding = only("DROP TABLE users CASCADE;");

    assertThat(finding.rule()).isEqualTo("CascadeTakesAlong");
    assertThat(finding.risk()).isEqualTo("High");
    assertThat(finding.message())
        .isEqualTo(
            "DROP TABLE users … CASCADE takes along what the script does not name: materialized"
                + " view public.domains, table constraint orders_user_fkey on public.orders, view"
                + " public.emails");
    assertThat(finding.script()).isEqualTo("V1__x.sql");
    assertThat(finding.line()).isEqualTo(1);
  }

  @Test
  void whatStandsInTheWayFailsTheStatement() {
    assertThat(only("DROP TABLE users;").rule()).isEqualTo("WillFail");
    assertThat(only("ALTER TABLE users DROP COLUMN email;").message())
        .isEqualTo(
            "DROP COLUMN users.email fails, because others depend on it: view public.emails; drop"
                + " or change them first, in this script");
    assertThat(only("ALTER TABLE users ALTER COLUMN email TYPE text;").message())
        .startsWith("the type of users.email cannot be changed while others use it: view");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE users DROP COLUMN name;",
        "ALTER TABLE users ALTER COLUMN id TYPE int;",
        "ALTER TABLE users ADD COLUMN x int;",
        "DROP VIEW emails; ALTER TABLE users DROP COLUMN email;",
        "ALTER TABLE orders DROP CONSTRAINT orders_user_fkey; ALTER TABLE users DROP COLUMN id;",
        "DROP TABLE other CASCADE;",
        "CREATE OR REPLACE VIEW emails AS SELECT 1; ALTER TABLE users DROP COLUMN email;",
        "DO $$ BEGIN DROP VIEW emails; END $$; ALTER TABLE users DROP COLUMN email;",
        "DO $$ BEGIN EXECUTE 'x'; END $$; ALTER TABLE users DROP COLUMN email;",
        "DROP VIEW other CASCADE; ALTER TABLE users DROP COLUMN email;",
        "ALTER TABLE users RENAME TO old; DROP TABLE users CASCADE;",
        "DROP INDEX users_pkey;",
      })
  void whatIsInNobodysWayIsNotMentioned(String sql) {
    assertThat(findings(sql)).isEmpty();
  }

  @Test
  void aCascadeIsToldOfEvenWhereNobodyKnowsWhatIsLeft() {
    assertThat(findings("CALL p(); DROP TABLE users CASCADE;"))
        .extracting(Finding::rule)
        .containsExactly("CascadeTakesAlong");
  }

  private static Finding only(String sql) {
    List<Finding> findings = findings(sql);
    assertThat(findings).hasSize(1);
    return findings.getFirst();
  }

  private static List<Finding> findings(String sql) {
    try {
      return DependentFindings.of(
          ParsedPlan.of(PARSER, List.of(Scripts.of("V1__x.sql", sql))), FACTS);
    } catch (UnreadableSql e) {
      throw new AssertionError(e);
    }
  }
}
