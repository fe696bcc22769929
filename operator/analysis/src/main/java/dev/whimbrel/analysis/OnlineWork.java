package dev.whimbrel.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What of a script may take long and blocks nobody meanwhile. What PostgreSQL's parser refuses is
 * not taken for it; the judgement of a plan says so.
 *
 * @param concurrent whether a statement works CONCURRENTLY, in several transactions of its own
 * @param mixed whether one does, and another one does not
 * @param validates whether one validates a constraint that is there already
 * @param indexes that are made CONCURRENTLY and have a name
 */
public record OnlineWork(
    boolean concurrent, boolean mixed, boolean validates, List<ConcurrentIndex> indexes) {

  /** One of these stands in whatever is online: most texts need not be parsed. */
  private static final Pattern ONLINE =
      Pattern.compile("concurrently|validate", Pattern.CASE_INSENSITIVE);

  public OnlineWork {
    indexes = List.copyOf(indexes);
  }

  /** Whether the word stands in a statement, as what it may be. */
  static boolean maySayConcurrently(Statement statement) {
    return statement.tokens().stream().anyMatch(token -> token.is("CONCURRENTLY"));
  }

  /** Of no statements. */
  public static OnlineWork none() {
    return new OnlineWork(false, false, false, List.of());
  }

  /** That of some statements. */
  public static OnlineWork of(Trees trees, List<Statement> statements) {
    int concurrent = 0;
    boolean validates = false;
    List<ConcurrentIndex> indexes = new ArrayList<>();
    for (Statement statement : statements) {
      if (!ONLINE.matcher(statement.text()).find()) {
        continue;
      }
      Parsed parsed = trees.of(statement);
      if (parsed.nodes().stream().anyMatch(OwnTransactions::isConcurrent)) {
        concurrent++;
      }
      validates |= parsed.shown(trees).anyMatch(OnlineWork::validates);
      parsed.nodes().stream()
          .filter(node -> node.is("IndexStmt") && node.flag("concurrent") && node.has("idxname"))
          .map(node -> new ConcurrentIndex(node, statement))
          .forEach(indexes::add);
    }
    boolean mixed = concurrent > 0 && concurrent < statements.size();
    return new OnlineWork(concurrent > 0, mixed, validates, indexes);
  }

  private static boolean validates(Node s) {
    return s.is("AlterDomainStmt") && s.text("subtype").equals("V")
        || s.is("AlterTableStmt")
            && s.list("cmds").stream()
                .anyMatch(action -> action.text("subtype").equals("AT_ValidateConstraint"));
  }

  /**
   * An index made without blocking writers.
   *
   * @param ifNotExists whether one of that name is left as it is
   * @param line of its statement in the script
   */
  public record ConcurrentIndex(String name, boolean ifNotExists, int line) {

    private ConcurrentIndex(Node s, Statement statement) {
      this(s.text("idxname"), s.flag("if_not_exists"), statement.line());
    }
  }
}
