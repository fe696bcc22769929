package dev.whimbrel.runner.preflight;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.protocol.BuildInput;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Connections;
import dev.whimbrel.runner.database.Preflight;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.google.ApplicationTraffic;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/** The checks of a plan, from the secrets to the rights of the guard. */
public final class PlanChecks {

  private static final Set<String> OF_THE_NETWORK =
      Set.of(
          "UnknownHost",
          "NoRoute",
          "ConnectionRefused",
          "ConnectTimeout",
          "ProxyAway",
          "ProxyClosed");

  private static final String NETWORK = "network";
  private static final String LOGIN = "login";

  private final Job job;
  private final PreflightTable table;

  /** Checks that are noted in the table. */
  public PlanChecks(Job job, PreflightTable table) {
    this.job = job;
    this.table = table;
  }

  /** What the pod found that has submitted the build which this is a step of. */
  public void beforeTheBuild() {
    Optional.ofNullable(job.environment().get(BuildInput.CHECKED_VARIABLE))
        .map(row -> Json.read(row, CheckResult.class))
        .ifPresent(table::note);
  }

  /** What the tool and the login need of Secret Manager. */
  public void secrets() {
    job.secrets().check(table);
  }

  /** The instance, and what may be done with it. */
  public Optional<Connections> instance() {
    if (job.input().database().instance() == null) {
      return Optional.of(Connections.of(job));
    }
    Optional<Connections> connections =
        table.check(
            "instance", job.input().database().instance() + " runs", () -> Connections.of(job));
    connections
        .flatMap(Connections::instance)
        .ifPresent(facts -> new InstanceChecks(job, table).of(facts));
    return connections;
  }

  /** The traffic of the application, where it is to go back with the schema. */
  public void traffic() {
    try {
      ApplicationTraffic.of(job).ifPresent(traffic -> traffic.check(table));
    } catch (StepFailure e) {
      table.failed("traffic", e.end(), null);
    }
  }

  /** A session, or why there is none. */
  public Optional<Session> session(Connections connections) {
    if (job.secrets().lacksLogin()) {
      table.check(
          NETWORK,
          "something answers",
          () -> {
            connections.reach();
            return true;
          });
      table.skipped(LOGIN, "the secret to log in by could not be read");
      return Optional.empty();
    }
    try {
      Session session = connections.readOnly();
      table.passed(NETWORK, job.databaseName() + " answers");
      table.passed(LOGIN, "as user \"" + job.credentials().user() + "\"");
      return Optional.of(session);
    } catch (StepFailure e) {
      boolean network = OF_THE_NETWORK.contains(e.end().reason());
      if (!network) {
        table.passed(NETWORK, "something answers");
      }
      table.failed(network ? NETWORK : LOGIN, e.end(), null);
      if (network) {
        table.skipped(LOGIN, "there is no way to the database");
      }
      return Optional.empty();
    }
  }

  /** Whether the session is with the primary and with a process of its own. */
  public void server(Connections connections, Session session) throws SQLException {
    try {
      Preflight.requirePrimary(job, session);
      table.passed("primary", "it accepts changes");
    } catch (StepFailure e) {
      table.failed("primary", e.end(), null);
      return;
    }
    try (Session second = connections.readOnly()) {
      Preflight.requireOwnProcess(job, session, second);
      table.passed("pooler", "every session has a server process of its own");
    } catch (StepFailure e) {
      table.failed("pooler", e.end(), null);
    }
  }

  /** Whether the guard sees what it has to see. Nothing fails for it. */
  public void guard(Session session) throws SQLException {
    String user = "\"" + job.credentials().user().replace("\"", "\"\"") + "\"";
    if (has(session, "pg_monitor")) {
      table.passed("guard sees", "sessions of all users");
    } else {
      table.warned(
          "guard sees",
          "blocked sessions are counted, but what sessions of other users do is hidden",
          "GRANT pg_monitor TO " + user + ";");
    }
    boolean otherUser = job.input().alembic() != null && !job.logsInByUrl();
    if (otherUser && !has(session, "pg_signal_backend")) {
      table.warned(
          "guard ends",
          "sessions of the tool can be ended only where it logs in as the same user",
          "GRANT pg_signal_backend TO " + user + ";");
    }
  }

  /** Of the user that logged in, whatever role the session has taken. */
  private static boolean has(Session session, String role) throws SQLException {
    return session.isTrue("SELECT pg_catalog.pg_has_role(session_user, ?, 'USAGE')", role);
  }
}
