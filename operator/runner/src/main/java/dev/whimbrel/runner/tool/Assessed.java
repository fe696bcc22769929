package dev.whimbrel.runner.tool;

import dev.whimbrel.analysis.ParsedPlan;
import dev.whimbrel.analysis.RiskAssessment;
import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.TouchedRelations;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.locks.LockedStatement;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.catalog.Survey;
import dev.whimbrel.runner.catalog.Surveyor;
import dev.whimbrel.runner.database.Catalog;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.guard.LockLadder;
import dev.whimbrel.runner.trace.Traced;
import dev.whimbrel.runner.trace.Tracing;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the revisions of a plan risk: by their statements, and by how and where they run.
 *
 * @param risk the worst
 * @param reasons why it is the worst
 * @param planned the revisions with their risk
 * @param findings what a reviewer should know
 * @param online whether one runs without a transaction, or may take long without blocking
 * @param touched what their statements name
 * @param facts sentences about what they touch, as it is now; bound by no hash
 * @param locked what each of their statements locks
 */
public record Assessed(
    Risk risk,
    List<String> reasons,
    List<PlannedRevision> planned,
    List<Finding> findings,
    boolean online,
    TouchedRelations touched,
    List<String> facts,
    List<LockedStatement> locked) {

  private static final int REASONS = 5;

  /** Lines about locks, of all revisions together and of each: an object has to hold them. */
  private static final int LOCK_LINES = 400;

  private static final int LOCK_LINES_OF_ONE = 40;

  /** An object of Kubernetes and the environment of a pod have to hold their fingerprints. */
  private static final int DRIFTING = 200;

  public Assessed {
    reasons = List.copyOf(reasons);
    planned = List.copyOf(planned);
    findings = List.copyOf(findings);
    facts = List.copyOf(facts);
    locked = List.copyOf(locked);
  }

  /**
   * Assesses revisions.
   *
   * @param trees of their statements
   * @param byTool what the tool's own view of source and history adds
   * @param survey whether the live database is asked for more than who carries a plan out needs
   */
  public static Assessed of(
      Job job,
      Session session,
      Trees trees,
      List<Revision> revisions,
      List<Finding> byTool,
      boolean survey)
      throws SQLException {
    ParsedPlan plan = ParsedPlan.of(trees, Revision.scripts(revisions));
    TouchedRelations touched = touched(plan, revisions);
    Survey surveyed =
        survey
            ? new Surveyor(session, job.clock()).survey(revisions, plan, touched)
            : Survey.none();
    RiskAssessment bySql = RiskAssessment.of(plan, surveyed.schema());
    List<Finding> findings = new ArrayList<>(bySql.findings());
    findings.addAll(surveyed.findings());
    findings.addAll(byTool);
    Set<String> invalid = Catalog.invalidIndexes(session);
    for (Revision revision : revisions) {
      findings.addAll(byExecution(revision));
      leftover(revision, invalid).ifPresent(findings::add);
    }
    if (revisions.isEmpty()) {
      return new Assessed(
          Risk.LOW,
          List.of(),
          List.of(),
          List.of(),
          false,
          TouchedRelations.none(),
          List.of(),
          List.of());
    }
    Traced traced =
        survey
            ? Tracing.of(job, session, trees, revisions, findings, surveyed.schema())
            : Traced.none();
    findings.addAll(traced.findings());
    lockLadder(job, session).ifPresent(findings::add);
    rehearsal(job, revisions).ifPresent(findings::add);
    Risk worst =
        findings.stream().map(finding -> Risk.of(finding.risk())).reduce(Risk.LOW, Risk::or);
    boolean online =
        revisions.stream()
            .anyMatch(revision -> !revision.transactional() || revision.online().validates());
    return new Assessed(
        worst,
        reasons(worst, findings),
        locking(planned(revisions, findings, traced), bySql.locked()),
        findings,
        online,
        touched,
        surveyed.facts(),
        bySql.locked());
  }

  /**
   * The names of the relations whose shape matters to the plan; none where all matter: where nobody
   * can tell, where it touches what is no relation, or where they are many.
   *
   * @param own the tool's own table
   */
  public List<String> drifting(String own) {
    List<String> names =
        touched.relations().stream()
            .filter(relation -> !relation.name().equals(own))
            .map(QualifiedName::toString)
            .sorted()
            .toList();
    return touched.relationsOnly() && names.size() <= DRIFTING ? names : List.of();
  }

  /** What is found in no revision of the plan, but in the plan as a whole. */
  List<Finding> general() {
    Set<String> scripts = planned.stream().map(PlannedRevision::script).collect(Collectors.toSet());
    return findings.stream().filter(finding -> !scripts.contains(finding.script())).toList();
  }

  /** Code that is not shown may touch anything. */
  private static TouchedRelations touched(ParsedPlan plan, List<Revision> revisions) {
    TouchedRelations touched = TouchedRelations.of(plan);
    boolean shown = revisions.stream().allMatch(revision -> revision.planned().code().isEmpty());
    return shown ? touched : touched.andMore();
  }

  private static List<Finding> byExecution(Revision revision) {
    List<Finding> findings = new ArrayList<>();
    if (!revision.transactional() && revision.statements().size() > 1) {
      findings.add(
          finding(
              Rule.NOT_TRANSACTIONAL,
              "the script runs without a transaction, so a failure leaves its first statements in;"
                  + " keep one statement per such script",
              revision));
    }
    if (revision.online().mixed()) {
      findings.add(
          finding(
              Rule.MIXES_CONCURRENTLY,
              "statements with CONCURRENTLY wait for locks without a limit, and so do the others of"
                  + " this script: split it",
              revision));
    }
    return findings;
  }

  private static Optional<Finding> leftover(Revision revision, Set<String> invalid) {
    return revision.online().indexes().stream()
        .filter(index -> invalid.stream().anyMatch(name -> name.endsWith("." + index.name())))
        .findFirst()
        .map(index ->
            finding(
                Rule.INVALID_INDEX,
                "index "
                    + index.name()
                    + " exists and is invalid, left behind by an earlier"
                    + " attempt: DROP INDEX CONCURRENTLY it before this revision",
                revision));
  }

  private static Optional<Finding> lockLadder(Job job, Session session) throws SQLException {
    return Optional.ofNullable(job.input().guard())
        .filter(guard -> LockLadder.isBelow(guard.lockTimeoutMillis(), deadlockTimeout(session)))
        .map(guard ->
            new Finding(
                Rule.LOCK_TIMEOUT_BELOW_DEADLOCK_TIMEOUT.id(),
                Risk.LOW.label(),
                "spec.run.guard.lockTimeout is below the server's deadlock_timeout, so autovacuum"
                    + " would never give way: one attempt waits longer than it",
                null,
                null));
  }

  /** Who approves the plan approves that it is undone in between. */
  private static Optional<Finding> rehearsal(Job job, List<Revision> revisions) {
    if (job.input().rehearse() == null) {
      return Optional.empty();
    }
    boolean loses =
        revisions.stream()
            .map(revision -> revision.planned().undo())
            .anyMatch(undo -> undo != null && WayBack.WITH_LOSS.equals(undo.grade()));
    return Optional.of(
        new Finding(
            Rule.REHEARSAL.id(),
            (loses ? Risk.MEDIUM : Risk.LOW).label(),
            "spec.rehearse is Downgrade: the plan is carried out, undone and carried out again in"
                + " this database"
                + (loses ? ", and its way back discards something" : "")
                + "; meant for staging",
            null,
            null));
  }

  private static long deadlockTimeout(Session session) {
    try {
      return LockLadder.deadlockTimeoutMillis(session);
    } catch (SQLException e) {
      return 0;
    }
  }

  private static List<String> reasons(Risk worst, List<Finding> findings) {
    return findings.stream()
        .filter(finding -> worst != Risk.LOW && finding.risk().equals(worst.label()))
        .map(Finding::told)
        .limit(REASONS)
        .toList();
  }

  private static List<PlannedRevision> planned(
      List<Revision> revisions, List<Finding> findings, Traced traced) {
    Map<String, List<Finding>> byScript =
        findings.stream()
            .filter(finding -> finding.script() != null)
            .sorted(Comparator.comparingInt(f -> f.line() == null ? 0 : f.line()))
            .collect(Collectors.groupingBy(Finding::script));
    return revisions.stream()
        .map(revision -> {
          List<Finding> ofIt = byScript.getOrDefault(revision.script(), List.of());
          Risk worst = ofIt.stream().map(f -> Risk.of(f.risk())).reduce(Risk.LOW, Risk::or);
          return revision
              .planned()
              .assessed(worst.label(), revision.showing(ofIt))
              .traced(traced.lines().getOrDefault(revision.script(), List.of()));
        })
        .toList();
  }

  private static List<PlannedRevision> locking(
      List<PlannedRevision> planned, List<LockedStatement> locked) {
    Map<String, List<LockedStatement>> byScript =
        locked.stream().collect(Collectors.groupingBy(LockedStatement::script));
    int most = Math.clamp(LOCK_LINES / planned.size(), 1, LOCK_LINES_OF_ONE);
    return planned.stream()
        .map(revision ->
            revision.locking(
                LockedStatement.lines(byScript.getOrDefault(revision.script(), List.of()), most)))
        .toList();
  }

  private static Finding finding(Rule rule, String message, Revision revision) {
    return new Finding(rule.id(), Risk.MEDIUM.label(), message, revision.script(), null);
  }
}
