package dev.whimbrel.runner.database;

import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.postgresql.util.PSQLException;

/** Tells a user why there is no session, and what to change. */
final class ConnectErrors {

  private final Job job;

  ConnectErrors(Job job) {
    this.job = job;
  }

  StepFailure explain(SQLException error) {
    return new StepFailure(
        new ConnectorErrors(job)
            .explain(error, isOfServer(error))
            .or(() -> network(error))
            .orElseGet(() -> refusal(error)));
  }

  private static boolean isOfServer(SQLException error) {
    return error instanceof PSQLException refused && refused.getServerErrorMessage() != null;
  }

  /** Empty where it is not the network. */
  private Optional<StepEnd> network(SQLException error) {
    String where = job.databaseName();
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case UnknownHostException e -> {
          return Optional.of(
              StepEnd.transientFailure(
                  "UnknownHost",
                  "the host of "
                      + where
                      + " is unknown where the Job runs: check "
                      + job.databaseField()
                      + " and the cluster's DNS",
                  null));
        }
        case NoRouteToHostException e -> {
          return Optional.of(unreachable("NoRoute", "there is no route to "));
        }
        case ConnectException e -> {
          return Optional.of(unreachable("ConnectionRefused", "nothing answers at "));
        }
        case SocketTimeoutException e -> {
          return Optional.of(unreachable("ConnectTimeout", "no answer in time from "));
        }
        case SSLException e -> {
          return Optional.of(
              StepEnd.permanent(
                  "TlsRefused",
                  "TLS to "
                      + where
                      + " failed: "
                      + firstLine(e)
                      + "; use a certificate that this host"
                      + " name and the JVM's trust store accept, or a weaker "
                      + job.databaseField()
                      + ".sslMode",
                  null));
        }
        case EOFException e -> {
          return Optional.of(
              StepEnd.transientFailure(
                  "ConnectionClosed",
                  "the connection to "
                      + where
                      + " was closed during the handshake: the server is"
                      + " starting or stopping, or what listens there is not PostgreSQL",
                  null));
        }
        default -> {}
      }
    }
    return Optional.empty();
  }

  private StepEnd unreachable(String reason, String what) {
    return StepEnd.transientFailure(
        reason,
        what
            + job.databaseName()
            + " from where the Job runs: check "
            + job.databaseField()
            + ", firewalls, network policies and that the server runs",
        null);
  }

  private StepEnd refusal(SQLException error) {
    String where = job.databaseName();
    String field = job.databaseField();
    String said = SqlErrors.message(error);
    String state = SqlErrors.state(error);
    boolean fromServer = isOfServer(error);
    if (!fromServer && said.startsWith("Connection attempt timed out")) {
      return StepEnd.transientFailure(
          "ConnectTimeout",
          "something takes connections at "
              + where
              + " but does not answer: the server is overloaded, or what listens there is not"
              + " PostgreSQL; check host and port in "
              + field,
          null);
    }
    if (!fromServer && said.contains("does not support SSL")) {
      return StepEnd.permanent(
          "TlsRefused",
          where + " offers no TLS: configure it there, or set " + field + ".sslMode to disable",
          null);
    }
    if (!fromServer && (state.equals("08P01") || state.isEmpty())) {
      return StepEnd.permanent(
          "NotPostgres",
          "what listens at "
              + where
              + " does not speak PostgreSQL's protocol: check host and port in "
              + field,
          null);
    }
    return switch (state) {
      case "28P01" ->
          StepEnd.permanent(
              "WrongPassword",
              where
                  + " refuses user \""
                  + job.credentials().user()
                  + "\" with the password of the"
                  + " Secret: correct the keys that "
                  + field
                  + ".credentials.secretRef names with userKey and passwordKey"
                  + lineBreakHint(),
              state);
      case "28000" -> notAuthorized(said, state);
      case "3D000" ->
          StepEnd.permanent(
              "NoSuchDatabase",
              where + " does not exist: create it, or correct " + field + ".database",
              state);
      case "42501" ->
          StepEnd.permanent(
              "PermissionDenied",
              "user \""
                  + job.credentials().user()
                  + "\" may not connect to "
                  + where
                  + ": GRANT CONNECT ON DATABASE",
              state);
      case "08P01" ->
          StepEnd.permanent(
              "Pooler",
              where
                  + " refuses start-up options ("
                  + said
                  + "): this is a connection pooler; use"
                  + " the direct address of the primary in "
                  + field,
              state);
      default -> SqlErrors.end("no session with " + where, error);
    };
  }

  private StepEnd notAuthorized(String said, String state) {
    String fix =
        said.contains("no encryption")
            ? "the server wants TLS: set " + job.databaseField() + ".sslMode to require or stronger"
            : "correct the user in the Secret, or the server's pg_hba.conf";
    return StepEnd.permanent(
        "NotAuthorized", job.databaseName() + " refuses the login: " + said + "; " + fix, state);
  }

  /** A Secret made with echo, or from a file, often ends with a line break. */
  private String lineBreakHint() {
    boolean lineBreak =
        job.credentials().password().endsWith("\n") || job.credentials().user().endsWith("\n");
    return lineBreak ? "; a value there ends with a line break" : "";
  }

  private static String firstLine(Throwable error) {
    return String.valueOf(error.getMessage()).lines().findFirst().orElse("");
  }
}
