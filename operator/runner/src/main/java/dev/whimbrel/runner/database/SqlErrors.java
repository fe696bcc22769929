package dev.whimbrel.runner.database;

import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.runner.StepEnd;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What an error of PostgreSQL means for trying again. By SQLSTATE (PostgreSQL, appendix "Error
 * Codes"); whatever is not known to pass is permanent.
 */
public final class SqlErrors {

  /** lock_timeout ran out. */
  public static final String LOCK_NOT_AVAILABLE = "55P03";

  /** Two sessions waited for each other. */
  public static final String DEADLOCK = "40P01";

  private static final Set<String> TRANSIENT =
      Set.of("57P01", "57P02", "57P03", "53200", "53300", "40001", DEADLOCK, LOCK_NOT_AVAILABLE);

  private SqlErrors() {}

  /** The SQLException among the causes, if one is. */
  public static Optional<SQLException> find(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return Optional.of(sql);
      }
    }
    return Optional.empty();
  }

  /** Whether the session is gone with it. */
  public static boolean isLost(SQLException error) {
    return state(error).startsWith("08") || state(error).startsWith("57P");
  }

  /** Whether trying again can help. */
  public static Kind kind(SQLException error) {
    return kind(state(error));
  }

  /** The same by SQLSTATE, empty where there is none. */
  public static Kind kind(String state) {
    return state.startsWith("08") || TRANSIENT.contains(state) ? Kind.TRANSIENT : Kind.PERMANENT;
  }

  /** SQLSTATE; empty where there is none. */
  public static String state(SQLException error) {
    return error.getSQLState() == null ? "" : error.getSQLState();
  }

  /** The primary message alone: no DETAIL, no HINT, no statement, which may all hold data. */
  public static String message(SQLException error) {
    if (error instanceof PSQLException psql) {
      ServerErrorMessage server = psql.getServerErrorMessage();
      if (server != null && server.getMessage() != null) {
        return server.getMessage();
      }
    }
    String message = error.getMessage() == null ? error.toString() : error.getMessage();
    return message.lines().findFirst().orElse("").strip();
  }

  /** A step that ends because the database refused something. */
  public static StepEnd end(String what, SQLException error) {
    String message = what + ": " + message(error) + " (SQLSTATE " + state(error) + ")";
    return kind(error) == Kind.TRANSIENT
        ? StepEnd.transientFailure(reason(state(error)), message, state(error))
        : StepEnd.permanent(reason(state(error)), message, state(error));
  }

  /** One word in CamelCase for what a SQLSTATE means. */
  public static String reason(String sqlState) {
    return switch (sqlState) {
      case LOCK_NOT_AVAILABLE -> "LockTimeout";
      case DEADLOCK -> "Deadlock";
      case "40001" -> "SerializationFailure";
      case "53100" -> "DiskFull";
      case "53200" -> "OutOfMemory";
      case "53300" -> "TooManyConnections";
      case "57P01", "57P02" -> "SessionTerminated";
      case "57P03" -> "ServerNotReady";
      case "57014" -> "Cancelled";
      case "42501" -> "PermissionDenied";
      case String state when state.startsWith("08") -> "ConnectionLost";
      default -> "SqlError";
    };
  }
}
