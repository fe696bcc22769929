package dev.whimbrel.runner.flyway;

import dev.whimbrel.analysis.source.ScriptName;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.tool.GuardedSession;
import dev.whimbrel.runner.tool.Revision;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.Event;

/**
 * Carries out a plan: calls Flyway once per revision, so that the lock timeout is set per revision
 * and every border between revisions is ours. To Flyway each call looks like a whole migrate; it
 * therefore sees, each time, only the repeatable script that is due, and callbacks of the whole
 * migrate only in the first or last call.
 */
final class Execution {

  private static final Set<Event> FIRST_ONLY = Set.of(Event.BEFORE_MIGRATE);
  private static final Set<Event> LAST_ONLY =
      Set.of(Event.AFTER_MIGRATE, Event.AFTER_MIGRATE_APPLIED);
  private static final Set<Event> ON_ERROR =
      Set.of(Event.AFTER_MIGRATE_ERROR, Event.AFTER_EACH_MIGRATE_ERROR);

  private final Job job;
  private final FlywayPlan plan;
  private final RevisionRunner runner;
  private final FlywayEngine engine;
  private final Map<String, ScriptName.Callback> callbacks;
  private boolean begun;

  /** An execution on a session that holds our lock. */
  Execution(FlywayPlan plan, GuardedSession guarded) {
    this.job = guarded.job();
    this.plan = plan;
    this.runner = new RevisionRunner(guarded);
    this.engine = new FlywayEngine(job.input().flyway(), guarded.session(), plan.source());
    this.callbacks = plan.source().named(ScriptName.Callback.class);
  }

  /**
   * Executes all revisions.
   *
   * @param done told after each one that is in
   * @throws StepFailure at the first that is not in
   */
  void run(Runnable done) throws SQLException {
    List<Revision> revisions = plan.executed();
    boolean group = job.input().flyway().group();
    List<Revision> scripts =
        revisions.stream()
            .filter(revision -> RevisionKind.of(revision) != RevisionKind.BASELINE)
            .toList();
    if (scripts.size() < revisions.size()) {
      adopt(revisions.getFirst());
      done.run();
    }
    if (group && !scripts.isEmpty()) {
      runGroup(scripts);
      scripts.forEach(revision -> done.run());
      return;
    }
    for (int i = 0; i < scripts.size(); i++) {
      runOne(scripts, i);
      done.run();
    }
  }

  private void adopt(Revision baseline) throws SQLException {
    log(baseline);
    Flyway flyway = engine.forExecution(name -> false, "latest", () -> {});
    runner.run("the baseline", List.of(baseline), last -> flyway.baseline());
  }

  private void runGroup(List<Revision> scripts) throws SQLException {
    scripts.forEach(this::log);
    String target = target();
    runner.run(
        "the group of " + scripts.size() + " scripts",
        scripts,
        last -> migrate(name -> visible(name, null, true, last), target));
  }

  private void runOne(List<Revision> scripts, int index) throws SQLException {
    Revision revision = scripts.get(index);
    boolean lastRevision = index == scripts.size() - 1;
    log(revision);
    String target =
        RevisionKind.of(revision) == RevisionKind.VERSIONED
            ? revision.planned().version()
            : target();
    runner.run(
        revision.script(),
        List.of(revision),
        last -> migrate(name -> visible(name, revision, lastRevision, last), target));
  }

  private void migrate(Predicate<String> visible, String target) {
    engine.forExecution(visible, target, () -> begun = true).migrate();
  }

  private String target() {
    String target = job.input().flyway().target();
    return target == null ? "latest" : target;
  }

  /** What one call of Flyway sees. */
  private boolean visible(
      String name, Revision revision, boolean lastRevision, boolean lastAttempt) {
    ScriptName.Callback callback = callbacks.get(name);
    if (callback != null) {
      return isDue(Event.fromId(callback.event()), revision, lastRevision, lastAttempt);
    }
    boolean repeatable = ScriptName.parse(name).orElseThrow() instanceof ScriptName.Repeatable;
    return !repeatable || revision == null || revision.script().equals(name);
  }

  private boolean isDue(Event event, Revision revision, boolean lastRevision, boolean lastAttempt) {
    if (FIRST_ONLY.contains(event)) {
      return !begun;
    }
    if (LAST_ONLY.contains(event)) {
      return lastRevision;
    }
    if (ON_ERROR.contains(event)) {
      return lastAttempt;
    }
    if (event == Event.AFTER_VERSIONED) {
      return revision == null || isLastVersioned(revision);
    }
    if (event == Event.BEFORE_REPEATABLES) {
      return revision == null || isFirstRepeatable(revision);
    }
    return true;
  }

  private boolean isLastVersioned(Revision revision) {
    return plan.executed().stream()
        .filter(other -> RevisionKind.of(other) == RevisionKind.VERSIONED)
        .reduce((first, second) -> second)
        .filter(revision::equals)
        .isPresent();
  }

  private boolean isFirstRepeatable(Revision revision) {
    return plan.executed().stream()
        .filter(other -> RevisionKind.of(other) == RevisionKind.REPEATABLE)
        .findFirst()
        .filter(revision::equals)
        .isPresent();
  }

  private void log(Revision revision) {
    job.log()
        .info(
            "Revision begins",
            "revision",
            revision.script(),
            "version",
            revision.planned().version(),
            "transactional",
            revision.transactional());
  }
}
