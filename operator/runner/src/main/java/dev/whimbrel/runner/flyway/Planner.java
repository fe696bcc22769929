package dev.whimbrel.runner.flyway;

import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.analysis.source.Placeholders;
import dev.whimbrel.analysis.source.ScriptName;
import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
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
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationVersion;

/**
 * Makes a plan: checks history and source, renders what is pending, assesses it. Changes nothing.
 */
final class Planner implements OpenSource {

  static final String GROUP = "group";

  private static final String TARGET = "target";

  private final Job job;
  private final FlywaySource source;

  /** A planner of these files. */
  Planner(Job job, FlywaySource source) {
    this.job = job;
    this.source = source;
  }

  @Override
  public RenderedPlan plan(Session session, Boolean pointInTimeRecovery) throws SQLException {
    return plan(session, pointInTimeRecovery, true);
  }

  @Override
  public RenderedPlan planAgain(Session session, Boolean pointInTimeRecovery, ExpectedPlan expected)
      throws SQLException {
    return plan(session, pointInTimeRecovery, false);
  }

  @Override
  public PreparedWork wayBack(Session session, ExpectedPlan plan, List<ExpectedRevision> done)
      throws SQLException {
    requireSettings(plan);
    HistoryTable history = history(session);
    Trees trees = trees();
    try (ScriptReader reader = reader(session, trees)) {
      UndoScripts scripts = new UndoScripts(source, reader, trees);
      return new UndoExecution(source, history, new UndoSteps(job, history, scripts).of(done));
    } catch (FlywayException e) {
      throw refused(e);
    }
  }

  @Override
  public String whole(PlannedRevision revision) {
    Optional<SourceFile> undo =
        revision.undo() == null || revision.version().isEmpty()
            ? Optional.empty()
            : source.undo(MigrationVersion.fromVersion(revision.version()));
    String commands =
        Stream.concat(source.script(revision.script()).stream(), undo.stream())
            .map(this::reading)
            .collect(Collectors.joining("; "));
    return "Read it all, its placeholders not filled in: " + commands;
  }

  private String reading(SourceFile file) {
    return "kubectl -n %s get configmap %s -o jsonpath='{.data.%s}' (SHA-256 %s)"
        .formatted(
            job.input().migration().namespace(),
            file.configMap(),
            file.name().replace(".", "\\."),
            file.hash());
  }

  /** The spec may have changed meanwhile; what was approved runs with the settings of its plan. */
  private void requireSettings(ExpectedPlan plan) {
    Map<String, String> now = settings();
    for (Map.Entry<String, String> planned : plan.settings().entrySet()) {
      if (!planned.getKey().equals(TARGET)
          && !planned.getKey().equals(MigrationPlanSpec.REHEARSE)
          && !planned.getValue().equals(now.get(planned.getKey()))) {
        throw StepFailure.permanent(
            "SettingsChanged",
            planned.getKey()
                + " of the spec is not what it was when the plan was made: nothing is undone;"
                + " restore it, or undo by hand");
      }
    }
  }

  private HistoryTable history(Session session) throws SQLException {
    return HistoryTable.read(job, session, HistoryPlace.of(job.input().flyway()));
  }

  private Flyway flyway(Session session) {
    return new FlywayEngine(job.input().flyway(), session, source).forPlanning();
  }

  private ScriptReader reader(Session session, Trees trees) {
    return new ScriptReader(flyway(session), source, new SyntaxCheck(session), trees);
  }

  /** For as long as a plan is made: they are large. */
  private static Trees trees() {
    return new Trees(new PgQuery(1));
  }

  private RenderedPlan plan(Session session, Boolean pointInTimeRecovery, boolean first)
      throws SQLException {
    HistoryTable history = history(session);
    HistoryCheck check = new HistoryCheck(job, history);
    check.requireReadable();
    boolean hasObjects = !history.exists() && HistoryCheck.hasObjects(job, history, session);
    check.requireAdoptable(hasObjects);
    for (String name : source.named(ScriptName.Repeatable.class).keySet()) {
      requireSteady(source.script(name).orElseThrow());
    }
    Trees trees = trees();
    Rendering rendering = render(session, trees, history, check, hasObjects);
    DatabaseIdentity identity = Identity.read(job, session, pointInTimeRecovery);
    MigrationPlanSpec spec = spec(session, trees, history, identity, rendering, first);
    return rendering
        .back()
        .<RenderedPlan>map(steps -> new UndoPlan(spec, new UndoExecution(source, history, steps)))
        .orElseGet(() -> new FlywayPlan(spec, rendering.revisions(), source));
  }

  /** Refuses built-ins that would give a repeatable script a new checksum every time. */
  private static void requireSteady(SourceFile repeatable) {
    Placeholders.firstVolatile(repeatable.text())
        .ifPresent(use -> {
          throw StepFailure.permanent(
              "VolatilePlaceholder",
              repeatable.place()
                  + " uses ${"
                  + use.name()
                  + "} in line "
                  + use.line()
                  + ": its value changes, so the script would run on every migrate; use a"
                  + " placeholder of spec.source.flyway.placeholders");
        });
  }

  private Rendering render(
      Session session, Trees trees, HistoryTable history, HistoryCheck check, boolean adopt) {
    Map<String, ScriptName.Versioned> versioned = source.named(ScriptName.Versioned.class);
    Optional<MigrationVersion> back = check.requireTarget(versioned);
    try {
      MigrationInfoService info = flyway(session).info();
      check.requireConsistent(info.all(), versioned);
      try (ScriptReader reader = reader(session, trees)) {
        UndoScripts undo = new UndoScripts(source, reader, trees);
        if (back.isPresent()) {
          List<UndoStep> steps = new UndoSteps(job, history, undo).backTo(back.get());
          return Rendering.downgrade(history.current(), back.get(), steps, undo.findings());
        }
        List<Revision> revisions =
            new PendingRevisions(job, source, reader, undo).render(info.pending(), adopt);
        return Rendering.upgrade(history.current(), revisions, undo.findings());
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
      Trees trees,
      HistoryTable history,
      DatabaseIdentity identity,
      Rendering rendering,
      boolean first)
      throws SQLException {
    Assessed assessed =
        session.withSchemaFirst(
            history.schema(),
            () ->
                Assessed.of(
                    job, session, trees, rendering.revisions(), rendering.findings(), first));
    List<String> facts = new ArrayList<>(first ? Facts.read(session) : List.of());
    facts.addAll(assessed.facts());
    if (rendering.adopts()) {
      facts.addFirst(Facts.catalogSummary(session));
    }
    return new PlanDraft(
            history.current(),
            rendering.to(),
            rendering.back().isPresent() ? MigrationPlanSpec.DOWNGRADE : null,
            FlywayEngine.TOOL,
            settings(),
            assessed,
            identity,
            history.fingerprint(session),
            history.shapes(session, assessed.drifting(history.table())),
            facts)
        .signed(job.input());
  }

  private Map<String, String> settings() {
    RunnerInput.Flyway flyway = job.input().flyway();
    Map<String, String> settings = new TreeMap<>();
    HistoryPlace place = HistoryPlace.of(flyway);
    settings.put(HistoryPlace.TABLE, place.table());
    settings.put(HistoryPlace.DEFAULT_SCHEMA, place.defaultSchema());
    settings.put(HistoryPlace.SCHEMAS, String.join(",", place.schemas()));
    settings.put(TARGET, flyway.target() == null ? "latest" : flyway.target());
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
