package dev.whimbrel.runner.flyway;

import dev.whimbrel.analysis.source.ScriptName;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;

/**
 * Whether the history can be trusted: no failed row, every applied revision in the source and
 * unchanged, nothing pending below the current version. None of these is resolved by waiting.
 */
final class HistoryCheck {

  private static final Set<String> KNOWN_TYPES =
      Set.of("SQL", "BASELINE", "SCHEMA", "DELETE", "SQL_BASELINE");

  private final Job job;
  private final HistoryTable history;

  HistoryCheck(Job job, HistoryTable history) {
    this.job = job;
    this.history = history;
  }

  /** What Flyway itself would stumble over, or would not be able to repeat. */
  void requireReadable() {
    for (HistoryTable.Row row : history.rows()) {
      if (!row.success()) {
        throw dirty(row.version() == null ? row.script() : row.version(), row.script());
      }
      if (!KNOWN_TYPES.contains(row.type())) {
        throw StepFailure.permanent(
            "ForeignHistory",
            place()
                + " has a row of type "
                + row.type()
                + " for "
                + row.script()
                + ": only SQL migrations are supported, and an undo must be recorded as a row of"
                + " type DELETE");
      }
    }
  }

  /** Tables without a history are adopted only where the spec says from which version on. */
  void requireAdoptable(boolean schemaHasObjects) {
    if (!history.exists() && schemaHasObjects && job.input().flyway().baselineVersion() == null) {
      throw StepFailure.permanent(
          "NoHistory",
          "schema "
              + history.schema()
              + " of "
              + job.databaseName()
              + " has tables but no history: set spec.source.flyway.baselineVersion to the version"
              + " that it is at");
    }
  }

  /** Whether the schemas that Flyway manages hold anything of their own. */
  static boolean hasObjects(Job job, HistoryTable history, Session session) throws SQLException {
    RunnerInput.Flyway settings = job.input().flyway();
    String[] schemas =
        settings.schemas().isEmpty()
            ? new String[] {history.schema()}
            : settings.schemas().toArray(String[]::new);
    return session.isTrue(
        """
        SELECT EXISTS (
          SELECT 1 FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN pg_catalog.pg_depend d
            ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
          WHERE n.nspname = ANY (?) AND d.objid IS NULL AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
          UNION ALL
          SELECT 1 FROM pg_catalog.pg_proc p
          JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
          LEFT JOIN pg_catalog.pg_depend d
            ON d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
          WHERE n.nspname = ANY (?) AND d.objid IS NULL
          UNION ALL
          SELECT 1 FROM pg_catalog.pg_type t
          JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
          LEFT JOIN pg_catalog.pg_depend d
            ON d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
          WHERE n.nspname = ANY (?) AND d.objid IS NULL AND t.typtype IN ('e', 'd', 'r'))
        """,
        schemas,
        schemas,
        schemas);
  }

  /** What Flyway's comparison of source and history says. */
  void requireConsistent(MigrationInfo[] all, Map<String, ScriptName.Versioned> versioned) {
    for (MigrationInfo info : all) {
      requireState(info);
      requireUnchanged(info);
    }
    requireNames(versioned);
  }

  /** Flyway's own comparison of descriptions does not reach its public API. */
  private void requireNames(Map<String, ScriptName.Versioned> versioned) {
    for (HistoryTable.Row row : history.versions()) {
      if (!row.type().equals("SQL")) {
        continue;
      }
      MigrationVersion version = MigrationVersion.fromVersion(row.version());
      versioned.forEach((script, name) -> {
        if (FlywaySource.version(name.version()).equals(version) && !sameDescription(row, name)) {
          throw modified(script, "description");
        }
      });
    }
  }

  private static boolean sameDescription(HistoryTable.Row row, ScriptName.Versioned name) {
    String recorded = row.description();
    return recorded.equals(name.description())
        || (recorded.endsWith("...")
            && name.description().startsWith(recorded.substring(0, recorded.length() - 3)));
  }

  private void requireState(MigrationInfo info) {
    MigrationState state = info.getState();
    switch (state) {
      case FAILED, FUTURE_FAILED, MISSING_FAILED -> throw dirty(name(info), info.getScript());
      case FUTURE_SUCCESS ->
          throw StepFailure.permanent(
              "Ahead",
              job.databaseName()
                  + " is at version "
                  + name(info)
                  + " ("
                  + info.getScript()
                  + "), newer than the source: use the source that has it");
      case MISSING_SUCCESS ->
          throw StepFailure.permanent(
              "MissingRevision",
              info.getScript()
                  + " is applied in "
                  + job.databaseName()
                  + " but is not in spec.source.flyway.configMaps: add it again");
      case IGNORED ->
          throw StepFailure.permanent(
              "OutOfOrder",
              info.getScript()
                  + " is pending below the current version "
                  + history.current()
                  + ": give it a higher version, or set spec.source.flyway.outOfOrder");
      default -> {}
    }
  }

  private void requireUnchanged(MigrationInfo info) {
    boolean applied = info.getInstalledRank() != null;
    boolean comparable =
        info.getState() == MigrationState.SUCCESS || info.getState() == MigrationState.OUT_OF_ORDER;
    if (!applied || !comparable || info.getVersion() == null || info.getType().isBaseline()) {
      return;
    }
    if (!info.isChecksumMatching()) {
      throw modified(info.getScript(), "content");
    }
    if (!info.isTypeMatching()) {
      throw modified(info.getScript(), "type");
    }
  }

  /**
   * The target is a version of the source, and below the current one only where the spec says so.
   *
   * @return the version to go back to; empty where there is nothing to go back
   */
  Optional<MigrationVersion> requireTarget(Map<String, ScriptName.Versioned> versioned) {
    String target = job.input().flyway().target();
    if (target == null || target.equals("latest")) {
      return Optional.empty();
    }
    MigrationVersion wanted = MigrationVersion.fromVersion(target);
    String current = history.current();
    if (!current.isEmpty() && MigrationVersion.fromVersion(current).compareTo(wanted) > 0) {
      requireDowngradeAllowed(target, current);
      return Optional.of(wanted);
    }
    boolean known =
        wanted.equals(current.isEmpty() ? null : MigrationVersion.fromVersion(current))
            || versioned.values().stream()
                .anyMatch(name -> FlywaySource.version(name.version()).equals(wanted));
    if (!known) {
      throw StepFailure.permanent(
          "NoSuchTarget",
          "spec.source.flyway.target " + target + " is not a version of the source: correct it");
    }
    return Optional.empty();
  }

  private void requireDowngradeAllowed(String target, String current) {
    String allowed = job.input().flyway().allowDowngrade();
    if (allowed == null) {
      throw StepFailure.permanent(
          "Ahead",
          job.databaseName()
              + " is at version "
              + current
              + ", above spec.source.flyway.target "
              + target
              + ": set target to "
              + current
              + " or higher; or, to go back by the undo scripts, set"
              + " spec.source.flyway.allowDowngrade to "
              + current);
    }
    if (!MigrationVersion.fromVersion(allowed).equals(MigrationVersion.fromVersion(current))) {
      throw StepFailure.permanent(
          "DowngradeNotAllowed",
          "spec.source.flyway.allowDowngrade allows going back from version "
              + allowed
              + ", but "
              + job.databaseName()
              + " is at version "
              + current
              + ": nothing is undone; set it to "
              + current
              + " if that version is meant to go");
    }
  }

  private StepFailure dirty(String version, String script) {
    return StepFailure.permanent(
        "Dirty",
        place()
            + " says that "
            + version
            + " ("
            + script
            + ") failed: what it left behind must be cleaned up by hand, then delete that row");
  }

  private StepFailure modified(String script, String what) {
    return StepFailure.permanent(
        "Modified",
        script
            + " was changed after it was applied to "
            + job.databaseName()
            + ": its "
            + what
            + " differs; restore it, and put the change into a new revision");
  }

  private String place() {
    return "history table "
        + history.schema()
        + "."
        + history.table()
        + " of "
        + job.databaseName();
  }

  private static String name(MigrationInfo info) {
    return info.getVersion() == null ? info.getDescription() : info.getVersion().getVersion();
  }
}
