package dev.whimbrel.runner.flyway;

import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.tool.Revision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.flywaydb.core.api.MigrationVersion;

/** Which revisions are undone, and by what: newest first, as the history says they came in. */
final class UndoSteps {

  private final Job job;
  private final HistoryTable history;
  private final UndoScripts scripts;

  UndoSteps(Job job, HistoryTable history, UndoScripts scripts) {
    this.job = job;
    this.history = history;
    this.scripts = scripts;
  }

  /**
   * Undoes all versions above this one.
   *
   * @throws StepFailure where it is not recorded, or one of them has no way back
   */
  List<UndoStep> backTo(MigrationVersion target) {
    List<HistoryTable.Row> rows = history.versions();
    if (rows.stream().noneMatch(row -> version(row).equals(target))) {
      throw StepFailure.permanent(
          "NoSuchTarget",
          "version "
              + target
              + " (spec.source.flyway.target) is not recorded in "
              + job.databaseName()
              + ": going back ends at a version that is in");
    }
    return newestFirst(rows.stream().filter(row -> version(row).compareTo(target) > 0).toList());
  }

  /**
   * Undoes revisions of a plan, by what was approved with it.
   *
   * @throws StepFailure where one of them has no way back or another one than the plan, or where
   *     something else came in after them
   */
  List<UndoStep> of(List<ExpectedRevision> done) {
    List<HistoryTable.Row> rows = new ArrayList<>();
    for (ExpectedRevision revision : done) {
      rows.add(history.row(revision).orElseThrow());
      requireApproved(revision);
    }
    requireNewest(rows);
    return newestFirst(rows);
  }

  private void requireApproved(ExpectedRevision revision) {
    if (revision.undo() == null) {
      throw StepFailure.permanent(
          "NoWayBack",
          "the plan holds no way back for " + revision.script() + ": nothing is undone");
    }
    UndoScripts.Undo undo =
        scripts.of(MigrationVersion.fromVersion(revision.version()), revision.script());
    if (undo.hash().filter(revision.undo()::equals).isEmpty()) {
      throw StepFailure.permanent(
          "UndoChanged",
          "what undoes "
              + revision.script()
              + " is not what was approved with the plan: nothing is undone; restore the script,"
              + " or undo by hand");
    }
  }

  private void requireNewest(List<HistoryTable.Row> rows) {
    int oldest = rows.stream().mapToInt(HistoryTable.Row::rank).min().orElse(Integer.MAX_VALUE);
    Set<Integer> ours = rows.stream().map(HistoryTable.Row::rank).collect(Collectors.toSet());
    history.standing().stream()
        .filter(row -> row.rank() > oldest && !ours.contains(row.rank()))
        .findFirst()
        .ifPresent(row -> {
          throw StepFailure.permanent(
              "LaterRevision",
              row.script()
                  + " came into "
                  + job.databaseName()
                  + " after what would be undone, and is not of this plan: nothing is undone");
        });
  }

  private List<UndoStep> newestFirst(List<HistoryTable.Row> rows) {
    return rows.stream()
        .sorted(Comparator.comparingInt(HistoryTable.Row::rank).reversed())
        .map(this::step)
        .toList();
  }

  private UndoStep step(HistoryTable.Row row) {
    UndoScripts.Undo undo = scripts.of(version(row), row.script());
    ScriptReader.Script script = undo.script().orElseThrow(() -> noWayBack(row, undo));
    PlannedRevision planned =
        new PlannedRevision(
            version(row).getVersion(),
            row.description(),
            script.file().name(),
            RevisionKind.UNDO.label(),
            undo.hash().orElseThrow(),
            row.checksum(),
            true,
            null,
            script.lines(),
            null,
            null);
    return new UndoStep(
        row, script.file(), new Revision(planned, script.statements(), script.online()));
  }

  private static StepFailure noWayBack(HistoryTable.Row row, UndoScripts.Undo undo) {
    return StepFailure.permanent(
        "NoWayBack",
        row.script()
            + " cannot be undone: "
            + (undo.refused().isEmpty()
                ? "the source has no script U" + row.version() + "__….sql; add one"
                : undo.refused() + "; correct that script"));
  }

  private static MigrationVersion version(HistoryTable.Row row) {
    return MigrationVersion.fromVersion(row.version());
  }
}
