package dev.whimbrel.runner.alembic;

import dev.whimbrel.analysis.Reversibility;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.protocol.Sha256;
import java.util.List;

/** How revisions can be undone: by their downgrade, as far as it can be rendered. */
final class WaysBack {

  private WaysBack() {}

  /**
   * The way back of one revision.
   *
   * @param trees of the statements of both
   * @param up the revision, rendered
   * @param down its downgrade, rendered
   * @param sources its file, which may do something else than what either of them shows
   */
  static WayBack of(
      Trees trees, RenderedRevision up, RenderedRevision down, RevisionSources sources) {
    String grade = grade(trees, up, down, sources.branchesOffline(down.node()));
    if (grade.equals(WayBack.NONE)) {
      return new WayBack(grade, null, List.of());
    }
    return new WayBack(grade, hash(down, sources.of(down.node())), down.section().lines());
  }

  /** SHA-256 over the file and what is rendered of its downgrade. */
  static String hash(RenderedRevision down, byte[] source) {
    return Sha256.hex(Sha256.hex(source) + "\n" + String.join("\n", down.section().lines()));
  }

  private static String grade(
      Trees trees, RenderedRevision up, RenderedRevision down, boolean branchesOffline) {
    if (!down.previewed()) {
      // An author who raises says that there is none; any other error is code that needs a
      // database.
      return down.failure().endsWith("NotImplementedError") || down.failure().isEmpty()
          ? WayBack.NONE
          : WayBack.UNKNOWN;
    }
    if (!down.section().isReadable()) {
      return WayBack.UNKNOWN;
    }
    // Outside a transaction a failure would leave half of it, and nobody could tell which half.
    boolean shown =
        up.previewed()
            && up.section().isReadable()
            && !branchesOffline
            && (down.transactional(trees) || down.section().isEmpty());
    return new Reversibility(trees)
        .grade(up.section().statements(), down.section().statements(), shown);
  }
}
