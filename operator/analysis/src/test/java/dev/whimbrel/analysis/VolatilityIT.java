package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is said of functions is what PostgreSQL says of all that have the name. */
@Tag("postgres")
class VolatilityIT {

  @Test
  void noSteadyOrStableFunctionIsVolatileOrGivesMoreThanOneRow() throws Exception {
    Map<String, String> worst = new HashMap<>();
    try (EmbeddedDatabase server = EmbeddedDatabase.start();
        Connection connection = server.connect("postgres");
        java.sql.Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT proname, CASE WHEN bool_or(proretset) THEN 'rows' WHEN bool_or(prokind <>"
                    + " 'f') THEN 'aggregate' ELSE max(provolatile::text) END FROM pg_proc WHERE"
                    + " pronamespace = 'pg_catalog'::regnamespace GROUP BY proname")) {
      while (rows.next()) {
        worst.put(rows.getString(1), rows.getString(2));
      }
    }

    assertThat(Volatility.STEADY_FUNCTIONS)
        .allSatisfy(name -> assertThat(worst.get(name)).as(name).isIn("i", "s"));
    assertThat(Volatility.STABLE_FUNCTIONS)
        .allSatisfy(name -> assertThat(worst.get(name)).as(name).isIn("i", "s"));
  }
}
