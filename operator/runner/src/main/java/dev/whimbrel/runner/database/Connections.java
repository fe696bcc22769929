package dev.whimbrel.runner.database;

import dev.whimbrel.google.cloudsql.InstanceFacts;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Sha256;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * Opens sessions. Every one of them notices within a second that its client died
 * (client_connection_check_interval, whose default is never), so that a killed runner leaves no
 * statement behind for longer.
 */
public final class Connections {

  private static final int CONNECT_TIMEOUT_SECONDS = 10;
  private static final int MAX_APPLICATION_NAME = 63;

  /** Above statement_timeout, so that the server is the first to give up. */
  private static final int READ_TIMEOUT_SECONDS = 90;

  private static final int WATCH_TIMEOUT_SECONDS = 5;
  private static final String READ_ONLY =
      "-c default_transaction_read_only=on -c statement_timeout=60000 -c lock_timeout=5000";

  private final Job job;
  private final Endpoint endpoint;

  private Connections(Job job, Endpoint endpoint) {
    this.job = job;
    this.endpoint = endpoint;
  }

  /** Sessions with the database of the Job, wherever its input says it is. */
  public static Connections of(Job job) {
    return new Connections(job, Endpoint.of(job));
  }

  /** Whether the instance can be recovered to a point in time, where that is known. */
  public Boolean pointInTimeRecovery() {
    return endpoint.instance() == null ? null : endpoint.instance().pointInTimeRecovery();
  }

  /** What Cloud SQL says of the instance; empty for another server. */
  public Optional<InstanceFacts> instance() {
    return Optional.ofNullable(endpoint.instance());
  }

  /**
   * Makes sure that something answers where the database is, without logging in.
   *
   * @throws StepFailure where nothing does
   */
  public void reach() {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(endpoint.host(), endpoint.port()), CONNECT_TIMEOUT_SECONDS * 1000);
    } catch (IOException e) {
      throw new ConnectErrors(job).explain(new SQLException(e.getMessage(), e));
    }
  }

  /**
   * {@code whimbrel/<8 hex of the migration's UID>/<run>/}: what all sessions of a run begin with.
   */
  public static String runPrefix(RunnerInput input) {
    return "whimbrel/"
        + Sha256.hex(input.migration().uid()).substring(0, 8)
        + "/"
        + input.run()
        + "/";
  }

  /** A session that cannot change anything, with statement and lock timeouts. */
  public Session readOnly() {
    return withRole(open(READ_ONLY, READ_TIMEOUT_SECONDS));
  }

  /**
   * A read-only session for looking at other sessions of ours and for ending them: as the user that
   * logged in, for PostgreSQL shows and signals sessions by that, whatever role they have taken.
   * Its questions are short, so it notices soon that no answer comes.
   */
  public Session watcher() {
    return open(READ_ONLY, WATCH_TIMEOUT_SECONDS);
  }

  /** A session to change the database with. Who executes with it sets its timeouts. */
  public Session readWrite() {
    // An idle transaction of ours would hold locks; between statements ours are busy.
    return withRole(
        open(
            "-c statement_timeout=0 -c lock_timeout=5000"
                + " -c idle_in_transaction_session_timeout=60000",
            0));
  }

  private Session open(String options, int socketTimeoutSeconds) {
    Properties properties = new Properties();
    properties.setProperty("user", job.credentials().user());
    properties.setProperty("password", password(job));
    properties.setProperty("ApplicationName", applicationName());
    properties.setProperty("connectTimeout", String.valueOf(CONNECT_TIMEOUT_SECONDS));
    properties.setProperty("loginTimeout", String.valueOf(CONNECT_TIMEOUT_SECONDS));
    properties.setProperty("tcpKeepAlive", "true");
    // DETAIL holds values of rows, and exceptions are logged by others.
    properties.setProperty("logServerErrorDetail", "false");
    properties.setProperty("sslmode", endpoint.sslMode());
    if (endpoint.sslMode().startsWith("verify")) {
      properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
    }
    properties.setProperty(
        "options",
        "-c client_connection_check_interval=1s -c tcp_keepalives_idle=30"
            + " -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3 "
            + options);
    properties.setProperty("socketTimeout", String.valueOf(socketTimeoutSeconds));
    properties.putAll(endpoint.connector());
    Session session = open(properties);
    requireSupported(session);
    return session;
  }

  private Session open(Properties properties) {
    try {
      Connection connection =
          new Driver().connect(endpoint.url(job.input().database().database()), properties);
      return new Session(connection);
    } catch (SQLException e) {
      throw new ConnectErrors(job).explain(e);
    }
  }

  /** Who logs in by IAM has none, and a driver that is asked for one wants something to send. */
  static String password(Job job) {
    RunnerInput.By by = job.input().database().by();
    return by != null && by.iam() ? "iam" : job.credentials().password();
  }

  private String applicationName() {
    String name = runPrefix(job.input()) + job.input().attempt();
    return name.length() <= MAX_APPLICATION_NAME ? name : name.substring(0, MAX_APPLICATION_NAME);
  }

  private Session withRole(Session session) {
    try {
      takeRole(session);
      return session;
    } catch (StepFailure e) {
      session.close();
      throw e;
    }
  }

  private void takeRole(Session session) {
    String role = job.input().database().role();
    if (role == null || role.isEmpty()) {
      return;
    }
    try {
      session.text("SELECT pg_catalog.set_config('role', ?, false)", role);
    } catch (SQLException e) {
      throw StepFailure.permanent(
          "RoleRefused",
          job.databaseName()
              + " refuses SET ROLE \""
              + role
              + "\": "
              + SqlErrors.message(e)
              + "; GRANT it to user \""
              + job.credentials().user()
              + "\", or correct "
              + job.databaseField()
              + ".role");
    }
  }

  private void requireSupported(Session session) {
    try {
      long version = session.number("SELECT pg_catalog.current_setting('server_version_num')");
      if (version < 140000) {
        session.close();
        throw StepFailure.permanent(
            "ServerTooOld",
            job.databaseName()
                + " is PostgreSQL "
                + version / 10000
                + "; Whimbrel works with 14 to 18: upgrade the server");
      }
    } catch (SQLException e) {
      throw new StepFailure(SqlErrors.end("cannot read the version of " + job.databaseName(), e));
    }
  }
}
