package dev.whimbrel.runner.steps;

import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.database.CloudSqlEndpoint;
import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;

/** What there is to go back to, should what comes next turn out wrong. */
final class RestorePoints {

  private RestorePoints() {}

  /** That of now. What Cloud SQL does not say keeps nobody from migrating. */
  static RunnerResult.RestorePoint before(Job job, ExclusiveSession exclusive) throws SQLException {
    Boolean recovery = exclusive.pointInTimeRecovery();
    String reached =
        Boolean.TRUE.equals(recovery)
            ? CloudSqlEndpoint.client(job)
                .latestRecoveryTime(CloudSqlEndpoint.instance(job))
                .map(Object::toString)
                .orElse(null)
            : null;
    return new RunnerResult.RestorePoint(now(exclusive.session()), recovery, reached);
  }

  private static String now(Session session) throws SQLException {
    return session
        .text(
            "SELECT pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
        .orElseThrow();
  }
}
