package dev.whimbrel.runner.alembic;

import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.Sha256;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Catalog;
import dev.whimbrel.runner.database.Facts;
import dev.whimbrel.runner.database.Identity;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.tool.Assessed;
import dev.whimbrel.runner.tool.PlanDraft;
import dev.whimbrel.runner.tool.Revision;
import dev.whimbrel.runner.tool.SourceLimits;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes a plan of what Alembic would do: rendered, attributed to revisions, assessed. */
final class AlembicPlanner {

  private static final String TARGET = "spec.source.alembic.target";
  private static final String KIND = "Alembic";

  private final Job job;
  private final Bridge bridge;
  private final AlembicCommand command;
  private final Standing standing;
  private final ExpectedPlan expected;
  private final Renderer renderer;
  private final Trees trees = new Trees(new PgQuery(1));

  /**
   * A planner.
   *
   * @param expected the plan to compare with; null for a first one
   */
  AlembicPlanner(
      Job job, Bridge bridge, AlembicCommand command, Standing standing, ExpectedPlan expected) {
    this.job = job;
    this.bridge = bridge;
    this.command = command;
    this.standing = standing;
    this.expected = expected;
    this.renderer = new Renderer(command, standing.graph());
  }

  AlembicPlan plan(Session session, Boolean pointInTimeRecovery) throws SQLException {
    boolean first = expected == null;
    RevisionGraph graph = standing.graph();
    HistoryCheck check = new HistoryCheck(job, graph);
    String from = standing.from();
    String to = check.target();
    boolean downgrade = check.isDowngrade(from, to);
    List<RevisionNode> nodes = downgrade ? downwards(from, to) : graph.pending(rows(), to);
    SourceLimits.requireCount(nodes.size(), TARGET);
    RevisionSources sources = RevisionSources.read(bridge, nodes);
    ScriptLocation location = ScriptLocation.find(bridge, job.input().alembic().command(), graph);
    Renderer.Both both = render(nodes, to, downgrade);
    List<RenderedRevision> rendered = inTruth(both.up(), sources, location);
    Map<String, WayBack> back =
        waysBack(rendered, inTruth(both.down(), sources, location), sources);
    VersionRows rows = versionRows(session, rendered);
    List<Revision> revisions = new ArrayList<>();
    List<Finding> findings =
        new ArrayList<>(new EnvironmentFindings(standing, location).of(session, rows, rendered));
    RevisionFindings ofRevision = new RevisionFindings(sources, downgrade);
    boolean open = false;
    for (RenderedRevision revision : rendered) {
      String script = location.relative(revision.node());
      revisions.add(
          new Revision(
              planned(revision, script, sources, back),
              revision.section().statements(),
              revision.online(trees),
              open));
      findings.addAll(ofRevision.of(revision, script));
      open = revision.transactional(trees) && !revision.section().endsTransaction();
    }
    if (!downgrade && !RevisionGraph.isLine(nodes)) {
      findings.add(RevisionFindings.acrossBranches());
    }
    requireSize(revisions);
    List<Stretch> stretches =
        downgrade
            ? Stretch.downgrades(trees, rendered, to)
            : Stretch.upgrades(trees, graph, from, rendered);
    Assessed assessed =
        Assessed.of(
            job, session, trees, revisions, revisions.isEmpty() ? List.of() : findings, first);
    MigrationPlanSpec spec =
        new PlanDraft(
                from,
                to,
                downgrade ? MigrationPlanSpec.DOWNGRADE : null,
                standing.tool(),
                Settings.of(
                    job, location, standing.sighting(), rows.name(), trees, rendered, expected),
                assessed,
                Identity.read(job, session, pointInTimeRecovery),
                Catalog.fingerprint(rows.catalog(session)),
                rows.shapes(session, assessed.drifting(rows.table())),
                first ? facts(session, assessed, from) : List.of())
            .signed(job.input());
    return new AlembicPlan(
        spec,
        new AlembicWork(
            job, command, graph, AlembicWork.indexes(trees, rendered), stretches, downgrade, rows));
  }

  private List<String> rows() {
    return standing.from().isEmpty() ? List.of() : List.of(standing.from());
  }

  private List<RevisionNode> downwards(String from, String to) {
    List<RevisionNode> upwards = standing.graph().pending(List.of(to), from);
    if (!RevisionGraph.isLine(upwards)) {
      throw StepFailure.permanent(
          "NotLinear",
          "the way from revision "
              + from
              + " down to "
              + to
              + " leads over a merge or a branch: undo it by hand with alembic downgrade");
    }
    return upwards.reversed();
  }

  private Renderer.Both render(List<RevisionNode> nodes, String to, boolean downgrade) {
    if (nodes.isEmpty()) {
      return new Renderer.Both(List.of(), List.of());
    }
    if (!downgrade) {
      return renderer.upgrade(standing.from(), nodes);
    }
    List<RenderedRevision> rendered = renderer.downgrade(nodes, to);
    rendered.stream()
        .filter(revision -> revision.failure().endsWith("NotImplementedError"))
        .findFirst()
        .ifPresent(revision -> {
          throw StepFailure.permanent(
              "NoWayBack",
              "revision "
                  + revision.node().id()
                  + " has no downgrade (it raises NotImplementedError): restore a backup, or"
                  + " write a revision that goes forward");
        });
    return new Renderer.Both(rendered, List.of());
  }

  /** A preview shows a transaction where code or connection may commit before. */
  private static List<RenderedRevision> inTruth(
      List<RenderedRevision> rendered, RevisionSources sources, ScriptLocation location) {
    boolean autocommit = EnvironmentFindings.commitsEachStatement(location);
    return rendered.stream()
        .map(revision ->
            autocommit || !revision.previewed() && sources.mayLeaveTransaction(revision.node())
                ? revision.outsideTransaction()
                : revision)
        .toList();
  }

  private Map<String, WayBack> waysBack(
      List<RenderedRevision> upwards, List<RenderedRevision> downwards, RevisionSources sources) {
    Map<String, RenderedRevision> down =
        downwards.stream().collect(Collectors.toMap(r -> r.node().id(), Function.identity()));
    Map<String, WayBack> back = new HashMap<>();
    for (RenderedRevision up : upwards) {
      String id = up.node().id();
      back.put(
          id,
          down.containsKey(id)
              ? WaysBack.of(trees, up, down.get(id), sources)
              : new WayBack(WayBack.NONE, null, null));
    }
    return back;
  }

  /** The rendered SQL names the table; what it holds must be what the tool has read. */
  private VersionRows versionRows(Session session, List<RenderedRevision> rendered)
      throws SQLException {
    String named =
        rendered.stream()
            .map(revision -> revision.section().versionTable())
            .filter(name -> !name.isEmpty())
            .findFirst()
            .orElse(standing.rows().name());
    VersionRows rows = VersionRows.read(job, session, named);
    if (!rows.current().equals(standing.from())) {
      throw StepFailure.permanent(
          "DatabaseMismatch",
          "Alembic reads revision \""
              + standing.from()
              + "\", but table "
              + named
              + " of "
              + job.databaseName()
              + " has \""
              + rows.current()
              + "\": make the search_path of both users the same, or set version_table_schema in"
              + " env.py");
    }
    return rows;
  }

  private PlannedRevision planned(
      RenderedRevision revision,
      String script,
      RevisionSources sources,
      Map<String, WayBack> back) {
    RevisionNode node = revision.node();
    boolean shown = !revision.previewed() || sources.branchesOffline(node);
    String bound =
        revision.reproducible()
            ? String.join("\n", revision.section().lines())
            : "not reproducible";
    return new PlannedRevision(
        node.id(),
        node.description(),
        script,
        KIND,
        Sha256.hex(Sha256.hex(sources.of(node)) + "\n" + bound),
        null,
        revision.transactional(trees),
        null,
        revision.section().lines(),
        shown ? sources.lines(node) : null,
        back.get(node.id()));
  }

  private List<String> facts(Session session, Assessed assessed, String from) throws SQLException {
    List<String> facts = new ArrayList<>(Facts.read(session));
    facts.addAll(assessed.facts());
    if (from.isEmpty()) {
      facts.addFirst(Facts.catalogSummary(session));
    }
    facts.addAll(EnvironmentFindings.facts(job, standing.sighting()));
    return facts;
  }

  private static void requireSize(List<Revision> revisions) {
    Map<String, Long> bytes = new TreeMap<>();
    for (Revision revision : revisions) {
      PlannedRevision planned = revision.planned();
      bytes.put(
          planned.script(),
          Stream.of(planned.sql(), planned.code(), planned.undo().sql())
              .flatMap(List::stream)
              .mapToLong(line -> line.length() + 1L)
              .sum());
    }
    SourceLimits.requireBytes(bytes, TARGET);
  }
}
