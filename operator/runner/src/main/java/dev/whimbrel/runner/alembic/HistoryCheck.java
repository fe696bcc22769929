package dev.whimbrel.runner.alembic;

import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import java.util.List;
import java.util.stream.Collectors;

/** What of a history leaves no doubt about what is pending. None of these passes by waiting. */
final class HistoryCheck {

  private final Job job;
  private final RevisionGraph graph;

  HistoryCheck(Job job, RevisionGraph graph) {
    this.job = job;
    this.graph = graph;
  }

  /** Refuses a source without revisions or with several heads. */
  void requireOneHead() {
    if (graph.isEmpty()) {
      throw StepFailure.permanent(
          "NoRevisions",
          "alembic history names no revision in image "
              + job.input().alembic().image()
              + ": look at script_location and version_locations in alembic.ini, and at"
              + " spec.source.alembic.workingDir");
    }
    List<RevisionNode> heads = graph.heads();
    if (heads.size() > 1) {
      throw StepFailure.permanent(
          "ManyHeads",
          "the source has "
              + heads.size()
              + " heads: "
              + heads.stream().map(RevisionNode::id).sorted().collect(Collectors.joining(", "))
              + "; join them with \"alembic merge heads\" and commit the merge revision");
    }
  }

  /** Refuses a database that is in several places or in an unknown one. */
  String requireOneRow(List<String> rows) {
    for (String row : rows) {
      if (graph.find(row).isEmpty()) {
        throw StepFailure.permanent(
            "Ahead",
            job.databaseName()
                + " is at revision "
                + row
                + ", which the source does not have: the database is newer than image "
                + job.input().alembic().image()
                + ", or another source's; use an image that has the revision");
      }
    }
    if (rows.size() > 1) {
      throw StepFailure.permanent(
          "ManyRows",
          job.databaseName()
              + " has several rows in Alembic's table: "
              + String.join(", ", rows)
              + "; Alembic would show applied revisions as pending. Bring the branches together"
              + " by hand (alembic upgrade of the merge, or alembic stamp), then retry");
    }
    return rows.isEmpty() ? "" : rows.getFirst();
  }

  /** The revision that the target means. */
  String target() {
    String target = job.input().alembic().target();
    if (target == null || target.equals("head")) {
      return graph.heads().getFirst().id();
    }
    return graph
        .resolve(target)
        .map(RevisionNode::id)
        .orElseThrow(() ->
            StepFailure.permanent(
                "UnknownTarget",
                "the source has no revision \""
                    + target
                    + "\": correct spec.source.alembic.target"));
  }

  /**
   * Tells an upgrade from a downgrade.
   *
   * @param from where the database is; empty for nowhere
   * @param to where it is to be
   * @return whether revisions are to be undone
   * @throws StepFailure where the way leads neither up nor down, or down without being allowed
   */
  boolean isDowngrade(String from, String to) {
    if (from.isEmpty() || graph.withAncestors(List.of(to)).contains(from)) {
      return false;
    }
    if (!graph.withAncestors(List.of(from)).contains(to)) {
      throw StepFailure.permanent(
          "NotAncestor",
          job.databaseName()
              + " is at revision "
              + from
              + ", on another branch than the target "
              + to
              + ": neither follows the other; merge the branches, or correct"
              + " spec.source.alembic.target");
    }
    RunnerInput.Alembic source = job.input().alembic();
    if (source.allowDowngrade() == null || source.allowDowngrade().isEmpty()) {
      throw StepFailure.permanent(
          "TargetBelowCurrent",
          job.databaseName()
              + " is at revision "
              + from
              + ", after the target "
              + to
              + ": set spec.source.alembic.allowDowngrade to "
              + from
              + " to plan a downgrade");
    }
    if (!source.allowDowngrade().equals(from)) {
      throw StepFailure.permanent(
          "DowngradeNotAllowed",
          "spec.source.alembic.allowDowngrade allows a downgrade from revision "
              + source.allowDowngrade()
              + ", but "
              + job.databaseName()
              + " is at "
              + from);
    }
    return true;
  }
}
