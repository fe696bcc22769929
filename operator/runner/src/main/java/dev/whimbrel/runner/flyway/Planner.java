package dev.whimbrel.runner.flyway;

import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.ObjectReference;
import dev.whimbrel.protocol.PlanHash;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Facts;
import dev.whimbrel.runner.database.Identity;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import dev.whimbrel.runner.flyway.RenderedPlan.Kind;
import dev.whimbrel.runner.flyway.RenderedPlan.Revision;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationVersion;

/**
 * Makes a plan: checks history and source, renders what is pending, assesses it. Changes nothing.
 */
public final class Planner {

  private final Job job;
  private final FlywaySource source;

  /** A planner of these files. */
  public Planner(Job job, FlywaySource source) {
    this.job = job;
    this.source = source;
  }

  /**
   * Makes a plan.
   *
   * @param session best a read-only one
   * @param pointInTimeRecovery of the instance; null where it is not known
   * @throws StepFailure where the history cannot be trusted or the source is refused
   */
  public RenderedPlan plan(Session session, Boolean pointInTimeRecovery) throws SQLException {
    return plan(session, pointInTimeRecovery, Facts.read(session));
  }

  /** The same without facts for reviewers, to be compared with a plan that was decided on. */
  public RenderedPlan planAgain(Session session, Boolean pointInTimeRecovery) throws SQLException {
    return plan(session, pointInTimeRecovery, List.of());
  }

  private RenderedPlan plan(Session session, Boolean pointInTimeRecovery, List<String> facts)
      throws SQLException {
    HistoryTable history = HistoryTable.read(job, session);
    HistoryCheck check = new HistoryCheck(job, history);
    check.requireReadable();
    boolean hasObjects = !history.exists() && HistoryCheck.hasObjects(job, history, session);
    check.requireAdoptable(hasObjects);
    for (String name : source.named(ScriptName.Repeatable.class).keySet()) {
      Placeholders.refuseVolatile(source.script(name).orElseThrow());
    }
    List<Revision> revisions = pending(session, check, hasObjects);
    DatabaseIdentity identity = Identity.read(job, session, pointInTimeRecovery);
    MigrationPlanSpec spec = spec(session, history, identity, revisions, facts);
    return new RenderedPlan(spec, revisions, source, history);
  }

  private List<Revision> pending(Session session, HistoryCheck check, boolean adopt)
      throws SQLException {
    Flyway flyway = new FlywayEngine(job.input().flyway(), session, source).forPlanning();
    Map<String, ScriptName.Versioned> versioned = source.named(ScriptName.Versioned.class);
    check.requireTarget(versioned);
    try {
      MigrationInfoService info = flyway.info();
      check.requireConsistent(info.all(), versioned);
      try (ScriptReader reader = new ScriptReader(flyway, source, new SyntaxCheck(session))) {
        return new PendingRevisions(job, source, reader).render(info.pending(), adopt);
      }
    } catch (FlywayException e) {
      throw refused(e);
    }
  }

  private StepFailure refused(FlywayException e) {
    return SqlErrors.find(e)
        .map(sql -> new StepFailure(SqlErrors.end("Flyway cannot read " + job.databaseName(), sql)))
        .orElseGet(() ->
            StepFailure.permanent(
                "FlywayRefused",
                "Flyway refuses the source: " + e.getMessage().lines().findFirst().orElse("")));
  }

  private MigrationPlanSpec spec(
      Session session,
      HistoryTable history,
      DatabaseIdentity identity,
      List<Revision> revisions,
      List<String> general)
      throws SQLException {
    Assessed assessed = Assessed.of(job, session, revisions);
    String from = history.current();
    List<String> facts = new ArrayList<>(general);
    if (revisions.stream().anyMatch(revision -> revision.kind() == Kind.BASELINE)) {
      facts.addFirst(Facts.catalogSummary(session));
    }
    RunnerInput input = job.input();
    String fingerprint = history.fingerprint(job, session);
    ObjectReference migration =
        new ObjectReference(input.migration().name(), input.migration().uid());
    MigrationPlanSpec unsigned =
        new MigrationPlanSpec(
            migration,
            input.run(),
            "",
            assessed.risk().label(),
            assessed.reasons(),
            from,
            to(from, revisions),
            null,
            null,
            identity,
            FlywayEngine.TOOL,
            settings(),
            assessed.planned(),
            assessed.findings(),
            fingerprint,
            assessed.online(),
            facts);
    return new MigrationPlanSpec(
        migration,
        input.run(),
        PlanHash.of(unsigned),
        unsigned.risk(),
        unsigned.riskReasons(),
        from,
        unsigned.to(),
        unsigned.direction(),
        unsigned.continues(),
        identity,
        unsigned.tool(),
        unsigned.settings(),
        unsigned.revisions(),
        unsigned.findings(),
        fingerprint,
        unsigned.online(),
        facts);
  }

  private static String to(String from, List<Revision> revisions) {
    return revisions.reversed().stream()
        .filter(revision -> revision.kind() == Kind.VERSIONED || revision.kind() == Kind.BASELINE)
        .map(revision -> revision.planned().version())
        .findFirst()
        .filter(version -> from.isEmpty() || isHigher(version, from))
        .orElse(from);
  }

  /** An out-of-order revision below the current version does not lower it. */
  private static boolean isHigher(String version, String from) {
    return MigrationVersion.fromVersion(version).compareTo(MigrationVersion.fromVersion(from)) > 0;
  }

  private Map<String, String> settings() {
    RunnerInput.Flyway flyway = job.input().flyway();
    Map<String, String> settings = new TreeMap<>();
    settings.put("table", HistoryTable.tableName(flyway));
    settings.put("defaultSchema", flyway.defaultSchema() == null ? "" : flyway.defaultSchema());
    settings.put("schemas", String.join(",", flyway.schemas()));
    settings.put("target", flyway.target() == null ? "latest" : flyway.target());
    settings.put(
        "baselineVersion", flyway.baselineVersion() == null ? "" : flyway.baselineVersion());
    settings.put("outOfOrder", String.valueOf(flyway.outOfOrder()));
    settings.put("mixed", String.valueOf(flyway.mixed()));
    settings.put("group", String.valueOf(flyway.group()));
    settings.put(
        "role", job.input().database().role() == null ? "" : job.input().database().role());
    FlywayEngine.placeholders(flyway)
        .forEach((name, value) -> settings.put("placeholder." + name, value));
    return settings;
  }
}
