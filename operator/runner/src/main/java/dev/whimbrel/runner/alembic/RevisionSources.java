package dev.whimbrel.runner.alembic;

import dev.whimbrel.runner.StepFailure;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The files of revisions, and what their text gives away that a preview does not.
 *
 * @param bytes per revision id
 */
record RevisionSources(Map<String, byte[]> bytes) {

  /** An author who asks this runs something else than what he shows. */
  private static final Pattern OFFLINE_BRANCH = Pattern.compile("is_offline_mode|\\bas_sql\\b");

  /** Code that may commit by itself. */
  private static final Pattern OWN_TRANSACTION =
      Pattern.compile(
          "autocommit|\\bcommit\\b|CONCURRENTLY|create_engine|isolation_level",
          Pattern.CASE_INSENSITIVE);

  RevisionSources {
    bytes = Map.copyOf(bytes);
  }

  /**
   * Reads them.
   *
   * @throws StepFailure where one cannot be read
   */
  static RevisionSources read(Bridge bridge, List<RevisionNode> revisions) {
    Map<String, byte[]> bytes = new LinkedHashMap<>();
    for (RevisionNode revision : revisions) {
      bytes.put(
          revision.id(),
          bridge
              .read(revision.path())
              .orElseThrow(() ->
                  StepFailure.permanent(
                      "NotReadable",
                      "the file of revision "
                          + revision.id()
                          + ", "
                          + revision.path()
                          + ", cannot be read by the user of the image: give it the permission")));
    }
    return new RevisionSources(bytes);
  }

  byte[] of(RevisionNode revision) {
    return bytes.get(revision.id());
  }

  String text(RevisionNode revision) {
    return new String(of(revision), StandardCharsets.UTF_8);
  }

  List<String> lines(RevisionNode revision) {
    return text(revision).lines().toList();
  }

  /** Whether it may run something else than what it shows. */
  boolean branchesOffline(RevisionNode revision) {
    return OFFLINE_BRANCH.matcher(text(revision)).find();
  }

  /** Whether its code may end a transaction or use another one. */
  boolean mayLeaveTransaction(RevisionNode revision) {
    return OWN_TRANSACTION.matcher(text(revision)).find();
  }

  /** Whether it holds tabs, which {@code --sql} prints as spaces. */
  boolean hasTabs(RevisionNode revision) {
    String text = text(revision);
    return text.contains("\t") || text.contains("\\t");
  }

  /** Whether it doubles percent signs itself. */
  boolean doublesPercent(RevisionNode revision) {
    return text(revision).contains("%%");
  }
}
