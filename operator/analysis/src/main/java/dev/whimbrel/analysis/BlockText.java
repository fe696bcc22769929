package dev.whimbrel.analysis;

import dev.whimbrel.analysis.pgquery.SqlRefused;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The body of a DO block that cannot be read as PL/pgSQL: those parts of it that read as SQL. */
final class BlockText {

  /** What may stand before a statement, without a semicolon between. */
  private static final Set<String> BEFORE =
      Set.of("BEGIN", "THEN", "ELSE", "LOOP", "DECLARE", "EXCEPTION");

  private static final Set<String> OF_THE_BLOCK =
      Set.of("BEGIN", "END", "COMMIT", "ROLLBACK", "START");

  private BlockText() {}

  /** Each as it is written; {@code EXECUTE …}, too, whatever it carries out. */
  static List<String> statements(Trees trees, Statement block) {
    List<String> found = new ArrayList<>();
    for (Node argument : arguments(trees, block)) {
      try {
        for (Statement part : Tokenizer.statements(argument.node("arg").text("sval"))) {
          found.addAll(readable(trees, part));
        }
      } catch (UnreadableSql e) {
        // Nothing of it reads as SQL.
      }
    }
    return found;
  }

  private static List<Node> arguments(Trees trees, Statement block) {
    return trees.of(block).nodes().stream()
        .flatMap(node -> node.list("args").stream())
        .filter(argument -> argument.text("defname").equals("as"))
        .toList();
  }

  /** From its begin, or from behind a word of PL/pgSQL; the longest that can be read. */
  private static List<String> readable(Trees trees, Statement part) {
    int begin = part.tokens().getFirst().at();
    for (int from = 0; from < part.tokens().size(); from++) {
      boolean begins = from == 0 || BEFORE.contains(part.word(from - 1));
      if (!begins || OF_THE_BLOCK.contains(part.word(from))) {
        continue;
      }
      String text = part.text().substring(part.tokens().get(from).at() - begin);
      if (part.word(from).equals("EXECUTE") || isSql(trees, text)) {
        return List.of(text);
      }
    }
    return List.of();
  }

  private static boolean isSql(Trees trees, String text) {
    try {
      return !trees.of(text).isEmpty();
    } catch (SqlRefused e) {
      return false;
    }
  }
}
