package dev.whimbrel.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The body of a DO block that cannot be read as PL/pgSQL: those parts of it that read as SQL. */
final class BlockText {

  /** What may stand before a statement, without a semicolon between. */
  private static final Set<String> BEFORE =
      Set.of("BEGIN", "THEN", "ELSE", "LOOP", "DECLARE", "EXCEPTION", "IN");

  private static final Set<String> OF_THE_BLOCK =
      Set.of("BEGIN", "END", "COMMIT", "ROLLBACK", "START");

  private static final Set<String> VARIABLES = Set.of("INTO", "USING");

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
    for (int from = 0; from < part.tokens().size(); from++) {
      boolean begins = from == 0 || BEFORE.contains(part.word(from - 1));
      if (!begins || OF_THE_BLOCK.contains(part.word(from))) {
        continue;
      }
      String text = part.text().substring(text(part, from), end(part, from));
      if (part.word(from).equals("EXECUTE")) {
        return List.of(text);
      }
      if (part.word(from).equals("PERFORM")) {
        text = "SELECT" + text.substring("PERFORM".length());
      }
      Optional<Block.Readable> readable = Block.readable(trees, text);
      if (readable.isPresent()) {
        return List.of(readable.get().sql());
      }
    }
    return List.of();
  }

  /** Where it ends: before the variables that it writes or reads, and before what a loop does. */
  private static int end(Statement part, int from) {
    boolean variables = part.word(from).equals("EXECUTE");
    for (int at = from + 1; at < part.tokens().size(); at++) {
      variables |= part.word(at).equals("RETURNING");
      if (part.word(at).equals("LOOP") || variables && VARIABLES.contains(part.word(at))) {
        return text(part, at);
      }
    }
    return part.text().length();
  }

  /** Where a token begins in the text of its statement. */
  private static int text(Statement part, int token) {
    return part.tokens().get(token).at() - part.tokens().getFirst().at();
  }
}
