package dev.whimbrel.runner.alembic;

import dev.whimbrel.analysis.Definitions;
import dev.whimbrel.analysis.OnlineWork;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.source.OfflineScript.Section;

/**
 * One revision, rendered.
 *
 * @param node which
 * @param section what {@code --sql} prints for it; of one that cannot be rendered, nothing or the
 *     begin of it
 * @param previewed whether that is all of it
 * @param inTransaction whether it begins inside a transaction
 * @param reproducible whether rendering it again gives the same
 * @param failure class of the exception that rendering it ends with; empty where it can be rendered
 */
record RenderedRevision(
    RevisionNode node,
    Section section,
    boolean previewed,
    boolean inTransaction,
    boolean reproducible,
    String failure) {

  /** Whether all of it happens in one transaction, as far as the preview shows. */
  boolean transactional(Trees trees) {
    return inTransaction && !section.leavesTransaction(trees);
  }

  /** What of it may take long and blocks nobody, by its preview. */
  OnlineWork online(Trees trees) {
    return OnlineWork.of(trees, section.statements());
  }

  /** Whether all that it changes shows in the catalog, by its preview. */
  boolean changesIndexesOnly(Trees trees) {
    return previewed
        && !section.isEmpty()
        && section.isReadable()
        && section.statements().stream()
            .allMatch(statement -> Definitions.indexesOnly(trees, statement));
  }

  /** Whether the catalog would tell of anything that it leaves, by its preview. */
  boolean showsInCatalog(Trees trees) {
    return previewed
        && section.isReadable()
        && section.statements().stream().allMatch(statement -> Definitions.only(trees, statement));
  }

  /** The same, where its code may end a transaction although the preview does not show it. */
  RenderedRevision outsideTransaction() {
    return new RenderedRevision(node, section, previewed, false, reproducible, failure);
  }

  RenderedRevision differing() {
    return new RenderedRevision(node, section, previewed, inTransaction, false, failure);
  }
}
