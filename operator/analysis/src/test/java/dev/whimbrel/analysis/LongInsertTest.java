package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.analysis.pgquery.SqlRefused;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongInsertTest {

  private static final PgQuery PARSER = new PgQuery(1);
  private static final int ROWS = 50_000;

  @Test
  void rowsOfDataAreReadAndOneIsKept() throws SqlRefused {
    String seed = "INSERT INTO s.t (a, b) VALUES" + rows("(1, 'it''s; (a row)')") + "\n(2, NULL)";

    Node insert = Node.of(PARSER, seed).getFirst();

    assertThat(seed.length()).isGreaterThan(1 << 20);
    assertThat(insert.kind()).isEqualTo("InsertStmt");
    assertThat(insert.relation("relation")).hasToString("s.t");
    assertThat(insert.node("selectStmt").list("valuesLists")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(1, now())",
        "(1, (SELECT f()))",
        "(DEFAULT, -1)",
        "(1, 'x'::text)",
        "(1, ARRAY[1, f()])",
      })
  void aRowOfAnotherShapeIsKept(String row) throws SqlRefused {
    String seed =
        "INSERT INTO t VALUES" + rows("(1, 'x')") + row + "," + rows("(1, 'x')") + "(0, 0)";

    Node insert = Node.of(PARSER, seed).getFirst();

    assertThat(insert.node("selectStmt").list("valuesLists")).hasSize(2);
  }

  @Test
  void whatIsNotRowsIsKept() throws SqlRefused {
    String tail = " ON CONFLICT (a) DO UPDATE SET b = f() RETURNING (a)";

    Node insert =
        Node.of(PARSER, "INSERT INTO t VALUES" + rows("(1, 'x')") + "(2, 3)" + tail).getFirst();

    assertThat(insert.fields().at("/onConflictClause/action").asText())
        .isEqualTo("ONCONFLICT_UPDATE");
    assertThat(insert.list("returningList")).hasSize(1);
    assertThat(insert.all("FuncCall")).hasSize(1);
  }

  @Test
  void aRowThatIsRefusedIsNamedByItsLine() {
    String seed = "INSERT INTO t VALUES\n" + rows("(1, 'x')") + "\n(2, 3 4),\n(5, 6)";

    assertThatThrownBy(() -> Node.of(PARSER, seed))
        .isInstanceOfSatisfying(SqlRefused.class, e -> assertThat(e.line()).isEqualTo(ROWS + 3));
  }

  @Test
  void whatIsNoDataIsTooLongAsEver() {
    StringBuilder shapes = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      shapes.append("(f").append(i).append("()),");
    }

    for (String sql :
        List.of(
            "INSERT INTO t VALUES" + shapes + "(1)",
            "INSERT INTO t VALUES ('" + "x".repeat(PgQuery.LONGEST) + "')",
            "INSERT INTO t SELECT 1 WHERE 1 IN (" + "1,".repeat(PgQuery.LONGEST) + "1)")) {
      assertThatThrownBy(() -> Node.of(PARSER, sql))
          .isInstanceOf(SqlRefused.class)
          .hasMessageContaining("longer than 128 KiB");
    }
    assertThatCode(() -> Node.of(PARSER, "INSERT INTO t VALUES (1), (2)"))
        .doesNotThrowAnyException();
  }

  private static String rows(String row) {
    return ("\n" + row + ",").repeat(ROWS);
  }
}
