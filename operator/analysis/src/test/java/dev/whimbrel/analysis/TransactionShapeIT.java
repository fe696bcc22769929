package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.RiskAssessment.Script;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a plan says that long work holds up, PostgreSQL holds up. */
@Tag("postgres")
class TransactionShapeIT {

  private static final PgQuery PARSER = new PgQuery(1);
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private static EmbeddedDatabase server;
  private Connection migration;
  private Connection user;

  @BeforeAll
  static void start() throws Exception {
    server = EmbeddedDatabase.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void create() throws SQLException {
    migration = server.connect("postgres");
    execute(
        migration,
        """
        DROP SCHEMA public CASCADE;
        CREATE SCHEMA public;
        CREATE TABLE p (id int PRIMARY KEY);
        CREATE TABLE t (id int, a int CHECK (a > 0));
        CREATE TABLE u (id int, a int);
        CREATE INDEX i ON t (a);
        CREATE VIEW v AS SELECT id FROM u;
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
        CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
        CREATE POLICY l ON t USING (true);
        CREATE RULE r AS ON DELETE TO t DO ALSO NOTHING;
        INSERT INTO p VALUES (1);
        INSERT INTO t VALUES (1, 1);
        INSERT INTO u VALUES (1, 1);
        """);
    user = server.connect("postgres");
    execute(user, "SET lock_timeout = 300");
  }

  @AfterEach
  void close() throws SQLException {
    migration.close();
    user.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER TABLE t ADD x int                                                        | UPDATE u SET a = 2                           | t | reads
          DO $$ BEGIN ALTER TABLE t ADD x int; END $$                                    | UPDATE u SET a = 2                           | t | reads
          DO $$ BEGIN EXECUTE 'ALTER TABLE t ADD x int'; END $$                          | UPDATE u SET a = 2                           | t | reads
          ALTER TABLE t ADD x int; CREATE TABLE n (id int)                               | INSERT INTO n SELECT id FROM u               | t | reads
          DROP INDEX i                                                                   | UPDATE u SET a = 2                           | t | reads
          REINDEX INDEX i                                                                | UPDATE u SET a = 2                           | t | reads
          DROP TRIGGER g ON t                                                            | UPDATE u SET a = 2                           | t | reads
          DROP POLICY l ON t                                                             | UPDATE u SET a = 2                           | t | reads
          DROP RULE r ON t                                                               | UPDATE u SET a = 2                           | t | reads
          ALTER TABLE t DISABLE RULE r                                                   | UPDATE u SET a = 2                           | t | reads
          CREATE OR REPLACE VIEW v AS SELECT id FROM t                                   | UPDATE p SET id = 2                          | v | reads
          DROP VIEW v                                                                    | UPDATE p SET id = 2                          | v | reads
          ALTER TABLE t ADD x int                                                        | CREATE INDEX j ON u (a)                      | t | reads
          CREATE TRIGGER h BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()          | UPDATE t SET a = 2                           | t | writes
          ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID                       | UPDATE u SET a = 2                           | t | writes
          ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p NOT VALID          | UPDATE u SET a = 2                           | p | writes
          CREATE TABLE n (a int REFERENCES p)                                            | INSERT INTO n SELECT id FROM u               | p | writes
          CREATE INDEX j ON t (id)                                                       | CREATE INDEX k ON u (id)                     | t | writes
          SAVEPOINT s; ALTER TABLE t ADD x int; RELEASE s                                | UPDATE u SET a = 2                           | t | reads
          SAVEPOINT s; ALTER TABLE t ADD x int; ROLLBACK TO s                            | UPDATE u SET a = 2                           | t | nothing
          ALTER TABLE t ADD x int; SAVEPOINT s; ROLLBACK TO s                            | UPDATE u SET a = 2                           | t | reads
          COMMIT AND CHAIN; ALTER TABLE t ADD x int                                      | UPDATE u SET a = 2                           | t | reads
          CREATE VIEW w AS SELECT 1; DROP VIEW w                                         | UPDATE u SET a = 2                           | t | nothing
          CREATE TABLE n (id int) PARTITION BY RANGE (id); CREATE TABLE n1 PARTITION OF n DEFAULT | INSERT INTO n SELECT id FROM u      | t | nothing
          ALTER TABLE t ADD x int                                                        | INSERT INTO u SELECT generate_series(1, 9)   | t | reads
          CREATE TABLE n (id int); CREATE INDEX ON n (id)                                | UPDATE u SET a = 2                           | t | nothing
          """)
  void whomAPlanSaysThatLongWorkHoldsUp(String before, String work, String table, String waits)
      throws Exception {
    execute(migration, "BEGIN; " + before + "; " + work);

    boolean reads = waits("SELECT count(*) FROM " + table);
    boolean writes = waits("DELETE FROM " + table + " WHERE false");

    assertThat(reads).isEqualTo(waits.equals("reads"));
    assertThat(writes).isEqualTo(!waits.equals("nothing"));
    assertThat(said(before + "; " + work)).isEqualTo(waits);
  }

  /** Who waits for a table, or for whatever its index is called. */
  private static String said(String sql) throws UnreadableSql {
    List<Script> plan = List.of(new Script("V1.sql", Tokenizer.statements(sql), true, false));
    return RiskAssessment.of(PARSER, plan).findings().stream()
        .filter(finding -> List.of("DdlThenDml", "HoldsLock").contains(finding.rule()))
        .map(finding ->
            finding.message().startsWith("nobody reads")
                    || finding.message().startsWith("nobody plans a query with i,")
                ? "reads"
                : "writes")
        .findFirst()
        .orElse("nothing");
  }

  private boolean waits(String sql) throws SQLException {
    try {
      execute(user, sql);
      return false;
    } catch (SQLException e) {
      if (e.getSQLState().equals(LOCK_NOT_AVAILABLE)) {
        return true;
      }
      throw e;
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
