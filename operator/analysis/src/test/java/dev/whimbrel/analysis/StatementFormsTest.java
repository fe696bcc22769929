package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.RiskAssessment.Script;
import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Check;
import dev.whimbrel.analysis.catalog.Column;
import dev.whimbrel.analysis.catalog.ForeignKey;
import dev.whimbrel.analysis.catalog.Partitioning;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.catalog.Size;
import dev.whimbrel.analysis.catalog.Traffic;
import dev.whimbrel.analysis.catalog.TypeKind;
import dev.whimbrel.analysis.locks.LockTable;
import dev.whimbrel.analysis.locks.LockedStatement;
import dev.whimbrel.analysis.locks.Measurement;
import dev.whimbrel.analysis.locks.StatementLocks;
import dev.whimbrel.analysis.locks.Waiting;
import dev.whimbrel.analysis.pgquery.PgQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A statement is told by the locks of the form that was measured. */
class StatementFormsTest {

  private static final PgQuery PARSER = new PgQuery(1);

  /** Forms of several statements: each of them has a form of its own. */
  private static final Set<String> SCRIPTS = Set.of("add-and-validate-check", "ddl-then-update");

  /** What the parser's grammar does not know yet, and what depends on more than the statement. */
  private static final Set<String> UNSAID =
      Set.of(
          "add-check-not-enforced",
          "add-column-generated-bare",
          "add-column-generated-virtual",
          "add-fk-not-enforced",
          "add-not-null",
          "add-not-null-not-valid",
          "alter-constraint-not-enforced",
          "create-extension",
          "drop-column-in-view-cascade",
          "drop-owned",
          "drop-schema-cascade",
          "drop-table-cascade",
          "set-access-method-same",
          "set-tablespace-same",
          "truncate-cascade",
          "type-add-attribute");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER TABLE users ADD COLUMN a text | ACCESS EXCLUSIVE on users, for a moment",
        "ALTER TABLE users ADD COLUMN a uuid DEFAULT gen_random_uuid()"
            + "| ACCESS EXCLUSIVE on users, written anew with its indexes",
        "ALTER TABLE users ADD COLUMN a int DEFAULT mine()"
            + "| at most ACCESS EXCLUSIVE on users, written anew with its indexes",
        "ALTER TABLE users ADD FOREIGN KEY (a) REFERENCES orders"
            + "| SHARE ROW EXCLUSIVE on users, all of it read;"
            + " SHARE ROW EXCLUSIVE on orders, all of it read",
        "ALTER TABLE users ADD FOREIGN KEY (a) REFERENCES orders NOT VALID"
            + "| SHARE ROW EXCLUSIVE on users, for a moment;"
            + " SHARE ROW EXCLUSIVE on orders, for a moment",
        "ALTER TABLE users ADD COLUMN a int, ADD CONSTRAINT c CHECK (a > 0)"
            + "| ACCESS EXCLUSIVE on users, all of it read",
        "ALTER TABLE users VALIDATE CONSTRAINT c"
            + "| at most SHARE UPDATE EXCLUSIVE on users, all of it read",
        "CREATE INDEX i ON users (a) | SHARE on users, all of it read, an index built",
        "CREATE INDEX CONCURRENTLY i ON users (a)"
            + "| SHARE UPDATE EXCLUSIVE on users, an index built; waits for writers, snapshots",
        "DROP INDEX i | ACCESS EXCLUSIVE on i, for a moment;"
            + " ACCESS EXCLUSIVE on the table of i, for a moment",
        "REINDEX TABLE users | SHARE on users, all of it read;"
            + " ACCESS EXCLUSIVE on each index of users, rebuilt",
        "TRUNCATE users | ACCESS EXCLUSIVE on users, for a moment",
        "UPDATE users SET a = 1 | ROW EXCLUSIVE on users, all of it read, and all of its rows",
        "DELETE FROM users WHERE a = 1"
            + "| at most ROW EXCLUSIVE on users, all of it read, and the rows that it chooses",
        "INSERT INTO users VALUES (1) | ROW EXCLUSIVE on users",
        "CREATE TABLE fresh (a int) | nothing that others use",
        "CREATE TABLE fresh (a int REFERENCES users)"
            + "| SHARE ROW EXCLUSIVE on users, for a moment",
        "SET lock_timeout = '1s' | nothing that others use",
        "DO $$ BEGIN END $$ | nothing that others use",
        "DO $$ DECLARE x text; BEGIN EXECUTE x; END $$ | not measured: what code does shows only"
            + " when it runs",
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1) THEN ALTER TABLE u ADD b int; END IF; END $$ | at"
            + " most ACCESS EXCLUSIVE on u, for a moment",
        "DO $$ DECLARE x text; BEGIN UPDATE u SET a = 1; EXECUTE x; END $$ | at most ROW EXCLUSIVE"
            + " on u, all of it read, and all of its rows; not measured: what code does shows only"
            + " when it runs",
        "ALTER TABLE users SET (user_catalog_table = true)"
            + "| not measured: that parameter of a table",
        "SELECT mine() | not measured: what mine() does",
        "ALTR TABLE users | not measured: PostgreSQL's parser refuses it",
        "ALTER DOMAIN d ADD CHECK (VALUE > 0)"
            + "| SHARE on each table that uses the domain, all of it read",
      })
  void aStatementIsToldByItsForm(String sql, String told) {
    assertThat(one(sql, SchemaFacts.unknown()).text()).isEqualTo(told);
  }

  @Test
  void whatThePlanMadeItselfIsInNobodysWay() {
    List<LockedStatement> locked =
        locked("CREATE TABLE fresh (a int); CREATE INDEX ON fresh (a)", SchemaFacts.unknown());

    assertThat(locked).extracting(each -> each.locks().isNothing()).containsExactly(true, true);
    assertThat(LockedStatement.lines(locked, 9)).containsExactly("nothing that others use");
  }

  @Test
  void aForeignKeyOfANewTableLooksUpWhatIsInIt() {
    String made = "CREATE TABLE fresh (a int);";
    String filled = "INSERT INTO fresh SELECT id FROM orders;";
    String key = "ALTER TABLE fresh ADD FOREIGN KEY (a) REFERENCES users";

    assertThat(locked(made + key, SchemaFacts.unknown()).getLast().locks().text())
        .isEqualTo("SHARE ROW EXCLUSIVE on users, for a moment");
    assertThat(locked(made + filled + key, SchemaFacts.unknown()).getLast().locks().text())
        .isEqualTo("SHARE ROW EXCLUSIVE on users, all of it read");
  }

  @Test
  void theCatalogNamesWhatIsLockedBesides() {
    SchemaFacts facts = facts(17, users());

    assertThat(one("ALTER TABLE users DROP COLUMN team", facts).text())
        .isEqualTo(
            "ACCESS EXCLUSIVE on users, for a moment; ACCESS EXCLUSIVE on public.teams, for a"
                + " moment");
    assertThat(one("ALTER TABLE users DROP COLUMN name", facts).text())
        .isEqualTo("ACCESS EXCLUSIVE on users, for a moment");
    assertThat(one("ALTER TABLE users DROP COLUMN name", SchemaFacts.unknown()).text())
        .isEqualTo(
            "at most ACCESS EXCLUSIVE on users, for a moment; ACCESS EXCLUSIVE on what a foreign"
                + " key of the column references, for a moment");
    assertThat(one("ALTER TABLE users ALTER name TYPE varchar(80)", facts).text())
        .isEqualTo("ACCESS EXCLUSIVE on users, for a moment");
    assertThat(one("ALTER TABLE users ALTER name TYPE varchar(20)", facts).text())
        .isEqualTo("ACCESS EXCLUSIVE on users, written anew with its indexes");
    assertThat(one("ALTER TABLE users ALTER name SET NOT NULL", facts).text())
        .isEqualTo("ACCESS EXCLUSIVE on users, for a moment");
    assertThat(one("ALTER TABLE users ALTER team SET NOT NULL", facts).text())
        .isEqualTo("ACCESS EXCLUSIVE on users, all of it read");
  }

  @Test
  void aPartitionedTableHasFormsOfItsOwnOrNone() {
    RelationFacts parts =
        RelationFacts.of(new QualifiedName("", "users"), RelationKind.PARTITIONED_TABLE);
    SchemaFacts facts = facts(17, parts);

    assertThat(one("CREATE INDEX ON users (a)", facts).text())
        .isEqualTo(
            "SHARE on users, for a moment; SHARE on each partition of users, all of it read, an"
                + " index built");
    assertThat(one("ALTER TABLE users CLUSTER ON i", facts).text())
        .isEqualTo("not measured: that form of ALTER TABLE on a partitioned table");
    assertThat(one("CREATE INDEX CONCURRENTLY ON users (a)", facts).text())
        .isEqualTo("PostgreSQL refuses it (0A000)");
  }

  @Test
  void whoWaitsDependsOnTheSizeOfWhatIsWorkedOn() {
    String build = "CREATE INDEX ON users (a)";

    assertThat(one(build, SchemaFacts.unknown()).waiting()).isEqualTo(Waiting.LONG);
    assertThat(one(build, facts(17, users().withSize(Size.of(0, 0, 0)))).waiting())
        .isEqualTo(Waiting.MOMENT);
    assertThat(one(build, facts(17, users().withSize(Size.of(5_000_000, 1, 1)))).waiting())
        .isEqualTo(Waiting.VERY_LONG);
    assertThat(one("CREATE INDEX CONCURRENTLY ON users (a)", facts(17, users())).waiting())
        .isEqualTo(Waiting.NOBODY);
    assertThat(one("UPDATE users SET a = 1 WHERE b", SchemaFacts.unknown()).waiting())
        .isEqualTo(Waiting.LONG);
    assertThat(one("UPDATE users SET a = 1", SchemaFacts.unknown()).waiting())
        .isEqualTo(Waiting.LONG);
    assertThat(one("CALL mine()", SchemaFacts.unknown()).waiting()).isEqualTo(Waiting.UNKNOWN);
  }

  @Test
  void theServersVersionCountsAndTheStrictestWhereItIsNotKnown() {
    String detach = "ALTER TABLE ranges DETACH PARTITION r1";
    LockTable table = LockTable.load();

    assertThat(table.form("detach-partition").nearest(13).effects().toString())
        .contains("parts_1: ShareUpdateExclusive");
    assertThat(table.form("detach-partition").nearest(0).effects().toString())
        .contains("parts_1: AccessExclusive");
    assertThat(table.form("detach-partition").nearest(19))
        .isEqualTo(table.form("detach-partition").on(18));
    assertThat(one(detach, SchemaFacts.unknown()).text())
        .contains("ACCESS EXCLUSIVE on r1, for a moment");
    assertThat(one("ALTER TABLE users ALTER g SET EXPRESSION AS (a)", facts(16, users())).text())
        .isEqualTo("PostgreSQL refuses it (42601)");
  }

  @Test
  void linesOfStatementsThatLockTheSameAreOneAndTheStrictestStay() {
    String inserts = "INSERT INTO a VALUES (1);\n".repeat(40);
    List<LockedStatement> locked =
        locked(
            inserts + "CREATE INDEX ON b (c);\nALTER TABLE d ADD e int;\n" + inserts,
            SchemaFacts.unknown());

    assertThat(LockedStatement.lines(locked, 9))
        .containsExactly(
            "lines 1 to 40 (40 statements): ROW EXCLUSIVE on a",
            "line 41: SHARE on b, all of it read, an index built",
            "line 42: ACCESS EXCLUSIVE on d, for a moment",
            "lines 43 to 82 (40 statements): ROW EXCLUSIVE on a");
    assertThat(LockedStatement.lines(locked, 1))
        .containsExactly(
            "line 41: SHARE on b, all of it read, an index built",
            "and 81 more statements, which make nobody wait longer");
  }

  /** The example of a form is found again, never as less than was measured. */
  @Test
  void noFormIsToldAsLessThanWasMeasured() {
    Map<String, String> wrong = new TreeMap<>();
    Set<String> unmeasured = new TreeSet<>();
    LockTable.load()
        .forms()
        .forEach((name, form) -> {
          if (SCRIPTS.contains(name)) {
            return;
          }
          StatementLocks told = locked(form.sql(), SchemaFacts.unknown()).getLast().locks();
          if (told.unmeasured().isPresent()) {
            unmeasured.add(name);
            return;
          }
          for (int version : IntStream.rangeClosed(13, 18).toArray()) {
            Measurement measured = form.on(version);
            if (measured.strongest().isPresent()
                && told.strongest().filter(measured.strongest().get()::equals).isEmpty()
                && told.strongest()
                    .filter(mode -> mode.compareTo(measured.strongest().get()) > 0)
                    .isEmpty()) {
              wrong.put(name, measured.effects() + " told as " + told.text());
            }
            // What is truncated has a new file, which is empty, and so has an index ON ONLY.
            boolean lasts =
                measured.blocksForLong()
                    && !name.startsWith("truncate")
                    && !name.equals("create-index-on-only");
            if (lasts && told.waiting().compareTo(Waiting.LONG) < 0) {
              wrong.put(name, measured.effects() + " told as " + told.text());
            }
          }
        });

    assertThat(wrong).isEmpty();
    assertThat(unmeasured).isEqualTo(UNSAID);
  }

  private static StatementLocks one(String sql, SchemaFacts facts) {
    return locked(sql, facts).getFirst().locks();
  }

  private static List<LockedStatement> locked(String sql, SchemaFacts facts) {
    try {
      Script script = Scripts.of("V1.sql", sql);
      return RiskAssessment.of(ParsedPlan.of(PARSER, List.of(script)), facts).locked();
    } catch (UnreadableSql e) {
      throw new AssertionError(sql, e);
    }
  }

  private static SchemaFacts facts(int major, RelationFacts users) {
    return new SchemaFacts(
        major * 10_000, Map.of(new QualifiedName("", "users"), users), Set.of(), Map.of());
  }

  private static RelationFacts users() {
    QualifiedName name = new QualifiedName("public", "users");
    return new RelationFacts(
        name,
        RelationKind.TABLE,
        Optional.empty(),
        Size.of(100, 8192, 8192),
        Traffic.unknown(),
        List.of(column("name", "varchar", 54), column("team", "int4", -1)),
        List.of(new Check("named", "CHECK ((name IS NOT NULL))", true)),
        List.of(),
        List.of(
            new ForeignKey(
                "users_team_fkey",
                name,
                List.of("team"),
                new QualifiedName("public", "teams"),
                List.of("id"),
                true)),
        List.of(),
        List.of(),
        List.of(),
        Partitioning.none(),
        false);
  }

  private static Column column(String name, String type, int modifier) {
    return new Column(name, type, modifier, type, TypeKind.BASE, false, "", false, false);
  }
}
