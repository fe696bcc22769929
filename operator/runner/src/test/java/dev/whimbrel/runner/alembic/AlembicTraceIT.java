package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.trace.PgDumpStandIn;
import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import dev.whimbrel.testkit.python.NeedsPython;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What Alembic renders is traced, up to the revision that it cannot render. */
@Tag("postgres")
@NeedsPython
class AlembicTraceIT {

  @Test
  void revisionsAreTracedUpToTheOneThatNoSqlShows() {
    try (EmbeddedDatabase server =
            EmbeddedDatabase.start(Map.of("cluster_name", RunnerInput.Trace.SERVER_NAME));
        AlembicHarness job = new AlembicHarness()) {
      job.job().execute("CREATE TABLE users (id int, name varchar(50))");
      job.trace(new RunnerInput.Trace(server.port()));
      job.sql("a1", null, "ALTER TABLE users ALTER COLUMN id TYPE bigint", "SELECT 1");
      job.revision(
          "b1",
          "a1",
          "op.get_bind().execute(sa.text(\"SELECT id FROM users\")).fetchall()",
          "pass");
      job.sql("c1", "b1", "ALTER TABLE users ADD COLUMN x int", "SELECT 1");

      var login =
          PgDumpStandIn.below(job.job().root())
              .answers("CREATE TABLE users (id int, name varchar(50));");
      MigrationPlanSpec plan = job.plan();

      assertThat(login.join()).contains("export PGDATABASE='" + job.job().database() + "'");
      assertThat(plan.revisions().getFirst().traced())
          .singleElement()
          .asString()
          .endsWith(": users: AccessExclusive scanned rewritten");
      assertThat(plan.revisions().getLast().traced()).isEmpty();
      assertThat(plan.findings())
          .filteredOn(finding -> finding.rule().equals("NotTraced"))
          .extracting(Finding::message)
          .singleElement()
          .asString()
          .contains("Not traced from here on: revision", "runs code");
    }
  }
}
