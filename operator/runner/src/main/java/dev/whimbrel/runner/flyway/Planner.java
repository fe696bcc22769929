package dev.whimbrel.runner.flyway;

import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Facts;
import dev.whimbrel.runner.database.Identity;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import dev.whimbrel.runner.tool.Assessed;
import dev.whimbrel.runner.tool.OpenSource;
import dev.whimbrel.runner.tool.PlanDraft;
import dev.whimbrel.runner.tool.PreparedWork;
import dev.whimbrel.runner.tool.RenderedPlan;
import dev.whimbrel.runner.tool.Revision;
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
final class Planner implements OpenSource {

  static final String GROUP = "group";

  private final Job job;
  private final FlywaySource source;

  /** A planner of these files. */
  Planner(Job job, FlywaySource source) {
    this.job = job;
    this.source = source;
  }

  @Override
  public RenderedPlan plan(Session session, Boolean pointInTimeRecovery) throws SQLException {
    return plan(session, pointInTimeRecovery, Facts.read(session));
  }

  @Override
  public RenderedPlan planAgain(Session session, Boolean pointInTimeRecovery, ExpectedPlan expected)
      throws SQLException {
    return plan(session, pointInTimeRecovery, List.of());
  }

  @Override
  public PreparedWork wayBack(Session session, ExpectedPlan plan, List<ExpectedRevision> done) {
    throw StepFailure.permanent("NoWayBack", "this plan holds no way back for its source");
  }

  private RenderedPlan plan(Session session, Boolean pointInTimeRecovery, List<String> facts)
      throws SQLException {
    HistoryTable history = HistoryTable.read(job, session, HistoryPlace.of(job.input().flyway()));
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
    return new FlywayPlan(spec, revisions, source);
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
    Assessed assessed = Assessed.of(job, session, revisions, findings(revisions));
    String from = history.current();
    List<String> facts = new ArrayList<>(general);
    if (revisions.stream().anyMatch(revision -> isOf(revision, RevisionKind.BASELINE))) {
      facts.addFirst(Facts.catalogSummary(session));
    }
    return new PlanDraft(
            from,
            to(from, revisions),
            null,
            null,
            FlywayEngine.TOOL,
            settings(),
            assessed,
            identity,
            history.fingerprint(session),
            facts)
        .signed(job.input());
  }

  private static List<Finding> findings(List<Revision> revisions) {
    return revisions.stream()
        .filter(revision -> isOf(revision, RevisionKind.BASELINE))
        .map(revision ->
            new Finding(
                "Adoption",
                Risk.MEDIUM.label(),
                "records that the database is at version "
                    + revision.planned().version()
                    + " without executing anything: compare the catalog in the facts with the"
                    + " source",
                revision.script(),
                null))
        .toList();
  }

  private static boolean isOf(Revision revision, RevisionKind... kinds) {
    return List.of(kinds).contains(RevisionKind.of(revision));
  }

  private static String to(String from, List<Revision> revisions) {
    return revisions.reversed().stream()
        .filter(revision -> isOf(revision, RevisionKind.VERSIONED, RevisionKind.BASELINE))
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
    HistoryPlace place = HistoryPlace.of(flyway);
    settings.put(HistoryPlace.TABLE, place.table());
    settings.put(HistoryPlace.DEFAULT_SCHEMA, place.defaultSchema());
    settings.put(HistoryPlace.SCHEMAS, String.join(",", place.schemas()));
    settings.put("target", flyway.target() == null ? "latest" : flyway.target());
    settings.put(
        "baselineVersion", flyway.baselineVersion() == null ? "" : flyway.baselineVersion());
    settings.put("outOfOrder", String.valueOf(flyway.outOfOrder()));
    settings.put("mixed", String.valueOf(flyway.mixed()));
    settings.put(GROUP, String.valueOf(flyway.group()));
    settings.put(
        "role", job.input().database().role() == null ? "" : job.input().database().role());
    FlywayEngine.placeholders(flyway)
        .forEach((name, value) -> settings.put("placeholder." + name, value));
    return settings;
  }
}
