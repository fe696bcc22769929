package dev.whimbrel.runner.alembic;

import dev.whimbrel.analysis.Statement;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.protocol.Sha256;
import java.util.List;

/** How revisions can be undone: by their downgrade, as far as it can be rendered. */
final class WaysBack {

  private WaysBack() {}

  /**
   * The way back of one revision.
   *
   * @param down its downgrade, rendered
   * @param source bytes of its file
   */
  static WayBack of(RenderedRevision down, byte[] source) {
    String grade = grade(down);
    if (grade.equals(WayBack.NONE)) {
      return new WayBack(grade, null, List.of());
    }
    return new WayBack(grade, hash(down, source), down.section().lines());
  }

  /** SHA-256 over the file and what is rendered of its downgrade. */
  static String hash(RenderedRevision down, byte[] source) {
    return Sha256.hex(Sha256.hex(source) + "\n" + String.join("\n", down.section().lines()));
  }

  private static String grade(RenderedRevision down) {
    if (!down.previewed()) {
      // An author who raises says that there is none; any other error is code that needs a
      // database.
      return down.failure().endsWith("NotImplementedError") || down.failure().isEmpty()
          ? WayBack.NONE
          : WayBack.UNKNOWN;
    }
    if (down.section().isEmpty() && down.section().isReadable()) {
      return WayBack.NONE;
    }
    boolean harmless =
        down.section().isReadable()
            && down.section().statements().stream().allMatch(WaysBack::keepsEverything);
    return harmless ? WayBack.REVERSIBLE : WayBack.WITH_LOSS;
  }

  /** Whether a statement neither drops anything nor touches rows; what is not known does. */
  private static boolean keepsEverything(Statement statement) {
    return switch (statement.firstWord()) {
      case "CREATE", "COMMENT", "ANALYZE" -> true;
      case "ALTER" -> !statement.contains("DROP") && !statement.contains("TYPE");
      default -> false;
    };
  }
}
