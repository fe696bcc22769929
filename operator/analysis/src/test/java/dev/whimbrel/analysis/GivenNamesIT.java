package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A constraint without a name is expected under the one that PostgreSQL gives it. */
@Tag("postgres")
class GivenNamesIT {

  private static final String LONG = "a_table_with_a_name_that_is_near_the_limit_of_what_fits";

  private static EmbeddedDatabase server;
  private static Connection connection;

  @BeforeAll
  static void start() throws Exception {
    server = EmbeddedDatabase.start();
    connection = server.connect("postgres");
    execute("CREATE TABLE p (id int PRIMARY KEY, b int, UNIQUE (id, b))");
  }

  @AfterAll
  static void stop() throws SQLException {
    connection.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p NOT VALID",
        "ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES p (id, b) NOT VALID",
        "ALTER TABLE t ADD CHECK (a > 0 AND t.a < 9) NOT VALID",
        "ALTER TABLE t ADD CHECK (a > b) NOT VALID",
        "ALTER TABLE t ADD CHECK (true) NOT VALID",
        "ALTER TABLE t ADD CHECK (t IS NOT NULL) NOT VALID",
        "ALTER TABLE t ADD CHECK (\"Größe_der_Sache_in_einer_Einheit_äöüß\" > 0) NOT VALID",
        "ALTER TABLE "
            + LONG
            + " ADD FOREIGN KEY (a_column_with_a_long_name) REFERENCES p NOT VALID",
        "ALTER TABLE "
            + LONG
            + " ADD CHECK (\"Größe_der_Sache_in_einer_Einheit_äöüß\" > 0) NOT VALID",
        "ALTER TABLE " + LONG + " ADD CHECK (a > b) NOT VALID",
      })
  void isThatOfPostgresql(String sql) throws Exception {
    for (String table : List.of("t", LONG)) {
      execute("DROP TABLE IF EXISTS " + table);
      execute(
          "CREATE TABLE "
              + table
              + " (a int, b int, a_column_with_a_long_name int,"
              + " \"Größe_der_Sache_in_einer_Einheit_äöüß\" int)");
    }
    Node alter = Node.of(new PgQuery(1), sql).getFirst();
    QualifiedName table = alter.relation("relation");
    Node constraint = alter.list("cmds").getFirst().node("def");

    execute(sql + "; " + sql);

    assertThat(names(table.name()))
        .hasSize(2)
        .allMatch(name -> GivenNames.mayBe(name, table, constraint))
        .noneMatch(name -> GivenNames.mayBe(name + "_", table, constraint));
  }

  private static List<String> names(String table) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT array_agg(conname::text) FROM pg_constraint WHERE contype IN ('f', 'c')"
                    + " AND conrelid = '"
                    + table
                    + "'::regclass")) {
      rows.next();
      return List.of((String[]) rows.getArray(1).getArray());
    }
  }

  private static void execute(String sql) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
