package dev.whimbrel.runner.alembic;

import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.database.SqlErrors;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why the tool failed, from its last traceback: class of the exception, SQLSTATE, primary message,
 * and the line of a revision that it came from. Nothing else is taken over: DETAIL, statements and
 * parameters may hold data. The whole traceback is in the log of the tool's own container.
 *
 * @param exception its class; empty where the tool ended without one
 * @param sqlState empty where the database has not refused
 * @param message one line
 * @param revision that was being carried out; empty where that is not known
 * @param place file and line within that revision; empty where that is not known
 */
record ToolError(String exception, String sqlState, String message, String revision, String place) {

  private static final int MOST_CHARACTERS = 300;
  private static final String FAILED = "FAILED: ";
  private static final String TRACEBACK = "Traceback (most recent call last):";

  /** The exception's line stands at the margin; what follows it may be indented or in brackets. */
  private static final Pattern EXCEPTION =
      Pattern.compile("([A-Za-z_][\\w.]*)(?:: (.*))?", Pattern.DOTALL);

  private static final Pattern FRAME =
      Pattern.compile("  File \"(?<file>[^\"]+)\", line (?<line>\\d+), in .*");

  /** {@code (psycopg2.errors.DuplicateColumn) column …}, as SQLAlchemy wraps a driver's error. */
  private static final Pattern WRAPPED = Pattern.compile("\\(([\\w.]+)\\) (.*)");

  /** {@code <class 'asyncpg.exceptions.DuplicateColumnError'>: column …}. */
  private static final Pattern ASYNCPG = Pattern.compile("<class '([\\w.]+)'>: (.*)");

  private static final Pattern RUNNING =
      Pattern.compile(".*Running (?:upgrade|downgrade) (\\S*) -> ([^\\s,]*).*");

  /** Drivers name their exceptions by PostgreSQL's condition names, appendix "Error Codes". */
  private static final Map<String, String> STATES =
      Map.ofEntries(
          Map.entry("LockNotAvailable", "55P03"),
          Map.entry("DeadlockDetected", "40P01"),
          Map.entry("SerializationFailure", "40001"),
          Map.entry("QueryCanceled", "57014"),
          Map.entry("AdminShutdown", "57P01"),
          Map.entry("CrashShutdown", "57P02"),
          Map.entry("CannotConnectNow", "57P03"),
          Map.entry("TooManyConnections", "53300"),
          Map.entry("OutOfMemory", "53200"),
          Map.entry("DiskFull", "53100"),
          Map.entry("InsufficientPrivilege", "42501"),
          Map.entry("InvalidPassword", "28P01"),
          Map.entry("InvalidAuthorizationSpecification", "28000"),
          Map.entry("InvalidCatalogName", "3D000"),
          Map.entry("ReadOnlySqlTransaction", "25006"),
          Map.entry("ReadOnlySQLTransaction", "25006"),
          Map.entry("ActiveSqlTransaction", "25001"),
          Map.entry("ActiveSQLTransaction", "25001"),
          Map.entry("InFailedSqlTransaction", "25P02"),
          Map.entry("InFailedSQLTransaction", "25P02"),
          Map.entry("IdleInTransactionSessionTimeout", "25P03"),
          Map.entry("SyntaxError", "42601"),
          Map.entry("PostgresSyntaxError", "42601"),
          Map.entry("UndefinedTable", "42P01"),
          Map.entry("UndefinedColumn", "42703"),
          Map.entry("UndefinedObject", "42704"),
          Map.entry("UndefinedFunction", "42883"),
          Map.entry("DuplicateTable", "42P07"),
          Map.entry("DuplicateColumn", "42701"),
          Map.entry("DuplicateObject", "42710"),
          Map.entry("DuplicateAlias", "42712"),
          Map.entry("DatatypeMismatch", "42804"),
          Map.entry("UniqueViolation", "23505"),
          Map.entry("NotNullViolation", "23502"),
          Map.entry("ForeignKeyViolation", "23503"),
          Map.entry("CheckViolation", "23514"),
          Map.entry("ExclusionViolation", "23P01"),
          Map.entry("InvalidTextRepresentation", "22P02"),
          Map.entry("StringDataRightTruncation", "22001"),
          Map.entry("NumericValueOutOfRange", "22003"),
          Map.entry("DivisionByZero", "22012"),
          Map.entry("DependentObjectsStillExist", "2BP01"),
          Map.entry("UnsafeNewEnumValueUsage", "55P04"),
          Map.entry("ObjectInUse", "55006"),
          Map.entry("FeatureNotSupported", "0A000"),
          Map.entry("RaiseException", "P0001"),
          Map.entry("RaiseError", "P0001"));

  private static final List<String> CONNECTION_LOST =
      List.of(
          "could not connect",
          "connection refused",
          "connection reset",
          "timeout expired",
          "no route to host",
          "could not translate host name",
          "server closed the connection",
          "connection was closed",
          "connection is closed",
          "terminating connection",
          "the database system is",
          "too many clients");

  /**
   * Reads it.
   *
   * @param graph for telling the files of revisions from others
   */
  static ToolError of(ToolOutput output, RevisionGraph graph) {
    List<String> lines = output.err().lines().toList();
    int traceback = lines.lastIndexOf(TRACEBACK);
    String running = running(lines);
    if (traceback < 0) {
      return new ToolError("", "", withoutTraceback(output), running, "");
    }
    String exception = "";
    String message = "";
    String revision = running;
    String place = "";
    for (String line : lines.subList(traceback + 1, lines.size())) {
      Matcher frame = FRAME.matcher(line);
      Matcher thrown = EXCEPTION.matcher(line);
      if (frame.matches()) {
        Optional<RevisionNode> node = graph.ofFile(frame.group("file"));
        if (node.isPresent()) {
          revision = node.get().id();
          place = node.get().file() + ", line " + frame.group("line");
        }
      } else if (!line.startsWith(" ") && thrown.matches()) {
        exception = thrown.group(1);
        message = thrown.group(2) == null ? "" : thrown.group(2);
        break;
      }
    }
    return unwrapped(exception, message, revision, place);
  }

  private static ToolError unwrapped(
      String exception, String message, String revision, String place) {
    Matcher wrapped = WRAPPED.matcher(message);
    if (!wrapped.matches()) {
      return new ToolError(exception, state(exception, message), cut(message), revision, place);
    }
    String driver = wrapped.group(1);
    String said = wrapped.group(2);
    Matcher asyncpg = ASYNCPG.matcher(said);
    if (asyncpg.matches()) {
      driver = asyncpg.group(1);
      said = asyncpg.group(2);
    }
    return new ToolError(driver, state(driver, said), cut(said), revision, place);
  }

  private static String state(String exception, String message) {
    String name = exception.substring(exception.lastIndexOf('.') + 1);
    String known = STATES.get(name);
    if (known == null && name.endsWith("Error")) {
      known = STATES.get(name.substring(0, name.length() - "Error".length()));
    }
    if (known != null) {
      return known;
    }
    String said = message.toLowerCase(java.util.Locale.ROOT);
    if (said.contains("password authentication failed")) {
      return "28P01";
    }
    return CONNECTION_LOST.stream().anyMatch(said::contains) ? "08006" : "";
  }

  /** {@code FAILED: …} is Alembic's own word, wrapped to a width; else it ended without one. */
  private static String withoutTraceback(ToolOutput output) {
    String failed = failed(output);
    return failed.isEmpty()
        ? "it ended with exit code " + output.exit() + " and without a traceback"
        : cut(failed);
  }

  /** What Alembic itself says of a command that it refuses, in one line; empty for nothing. */
  static String failed(ToolOutput output) {
    int at = output.out().lastIndexOf(FAILED);
    return at < 0
        ? ""
        : output.out().substring(at + FAILED.length()).strip().replaceAll("\\s+", " ");
  }

  private static String running(List<String> lines) {
    return lines.reversed().stream()
        .map(RUNNING::matcher)
        .filter(Matcher::matches)
        .findFirst()
        .map(found -> found.group().contains("Running downgrade") ? found.group(1) : found.group(2))
        .orElse("");
  }

  private static String cut(String text) {
    String line = text.lines().findFirst().orElse("").strip();
    return line.length() <= MOST_CHARACTERS ? line : line.substring(0, MOST_CHARACTERS) + "…";
  }

  /** Whether a lock was not free, so that another attempt may follow. */
  boolean isLock() {
    return sqlState.equals("55P03") || sqlState.equals("40P01");
  }

  /** Whether it wanted to write in a session that only looks. */
  boolean isWriteWhileReadOnly() {
    return sqlState.equals("25006");
  }

  /** Whether trying again can help. */
  Kind kind() {
    return SqlErrors.kind(sqlState);
  }

  /** The error in words. */
  String describe() {
    StringBuilder text = new StringBuilder();
    if (!revision.isEmpty()) {
      text.append("revision ").append(revision);
      text.append(place.isEmpty() ? "" : " (" + place + ")").append(": ");
    }
    if (!exception.isEmpty()) {
      text.append(exception).append(message.isEmpty() ? "" : ": ");
    }
    text.append(message);
    if (!sqlState.isEmpty()) {
      text.append(" (SQLSTATE ").append(sqlState).append(')');
    }
    return text.toString();
  }

  /** A step that ends because the tool failed. */
  StepEnd end(String what) {
    String text = what + ": " + describe() + "; the traceback is in the log of container alembic";
    String state = sqlState.isEmpty() ? null : sqlState;
    return kind() == Kind.TRANSIENT
        ? StepEnd.transientFailure(reason(), text, state)
        : StepEnd.permanent(reason(), text, state);
  }

  private String reason() {
    return switch (sqlState) {
      case "" -> "AlembicFailed";
      case "28P01", "28000" -> "LoginRefused";
      default -> SqlErrors.reason(sqlState);
    };
  }
}
