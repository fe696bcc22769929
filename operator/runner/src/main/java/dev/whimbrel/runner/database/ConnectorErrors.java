package dev.whimbrel.runner.database;

import dev.whimbrel.google.cloudsql.CloudSqlConnector;
import dev.whimbrel.google.cloudsql.CloudSqlInstance;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Why there is no session by way of the connector or of the proxy. Both begin with a call of the
 * Admin API, and a proxy tells nobody but its own log what came of it.
 */
final class ConnectorErrors {

  private final Job job;
  private final RunnerInput.By by;

  ConnectorErrors(Job job) {
    this.job = job;
    this.by = job.input().database().by();
  }

  /**
   * The reason.
   *
   * @param answered whether it is PostgreSQL that refuses
   * @return empty where it is none of theirs
   */
  Optional<StepEnd> explain(SQLException error, boolean answered) {
    if (by == null) {
      return Optional.empty();
    }
    if (answered) {
      return by.iam() ? login(error) : Optional.empty();
    }
    return CloudSqlEndpoint.refusal(job).or(() -> by.proxy() ? proxy(error) : connector(error));
  }

  private Optional<StepEnd> proxy(SQLException error) {
    String where = "the Cloud SQL Auth Proxy at 127.0.0.1:" + by.proxyPort();
    if (has(error, ConnectException.class)) {
      return Optional.of(
          StepEnd.transientFailure(
              "ProxyAway",
              "nothing listens where "
                  + where
                  + " should: see the log of the pod's container cloud-sql-proxy",
              null));
    }
    return has(error, EOFException.class) || has(error, SocketException.class)
        ? Optional.of(
            StepEnd.transientFailure(
                "ProxyClosed",
                where
                    + " closed the connection with "
                    + job.databaseName()
                    + ": it does not reach the instance's private IP on port "
                    + CloudSqlConnector.PORT
                    + ", or is refused there; its log (the pod's container cloud-sql-proxy) says"
                    + " why. Check firewalls and network policies",
                null))
        : Optional.empty();
  }

  private Optional<StepEnd> connector(SQLException error) {
    if (has(error, SSLException.class)) {
      return Optional.of(
          StepEnd.transientFailure(
              "TlsRefused",
              "the connector and "
                  + job.databaseName()
                  + " do not accept each other's certificates: "
                  + said(error)
                  + ". Right after the instance's certificate authority was changed this passes by"
                  + " itself; else somebody else answers at the instance's address",
              null));
    }
    boolean refused = error.getCause() instanceof RuntimeException;
    return refused
        ? Optional.of(
            StepEnd.permanent(
                "NotConnected",
                "the connector cannot reach " + job.databaseName() + ": " + said(error),
                null))
        : Optional.empty();
  }

  private Optional<StepEnd> login(SQLException error) {
    String state = SqlErrors.state(error);
    if (!state.equals("28000") && !state.equals("28P01")) {
      return Optional.empty();
    }
    CloudSqlInstance instance = CloudSqlEndpoint.instance(job);
    String user = job.credentials().user();
    Grant grant = Grant.of(job, instance.project(), Grant.INSTANCE_USER);
    return Optional.of(
        StepEnd.permanent(
            "IamLoginRefused",
            job.databaseName()
                + " does not let user \""
                + user
                + "\" in by IAM: "
                + SqlErrors.message(error)
                + ". The user must be the service account that the Job runs as ("
                + grant.member()
                + ") and exist there (gcloud sql users create "
                + user
                + " --instance="
                + instance.name()
                + " --project="
                + instance.project()
                + " --type=cloud_iam_service_account), have the role ("
                + grant.command()
                + "), and the instance the flag cloudsql.iam_authentication=on",
            state));
  }

  private static String said(SQLException error) {
    Throwable root = causes(error).reduce((above, below) -> below).orElseThrow();
    return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
  }

  private static boolean has(SQLException error, Class<? extends Throwable> kind) {
    return causes(error).anyMatch(kind::isInstance);
  }

  private static Stream<Throwable> causes(SQLException error) {
    return Stream.iterate(error, Objects::nonNull, Throwable::getCause);
  }
}
