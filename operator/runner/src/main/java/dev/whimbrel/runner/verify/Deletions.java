package dev.whimbrel.runner.verify;

import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Token;
import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.UnreadableSql;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Whether the statements of a plan may delete rows. In doubt they may. */
public final class Deletions {

  private static final Set<String> DELETING =
      Set.of("DELETE", "TRUNCATE", "MERGE", "DETACH", "INHERIT", "DO", "CALL", "EXECUTE");

  private Deletions() {}

  /** Whether a statement of the plan may delete rows. */
  public static boolean isPossible(MigrationPlanSpec plan) {
    return plan.revisions().stream().anyMatch(Deletions::isPossible);
  }

  private static boolean isPossible(PlannedRevision revision) {
    if (!revision.code().isEmpty()) {
      return true;
    }
    try {
      return Tokenizer.statements(String.join("\n", revision.sql())).stream()
          .anyMatch(Deletions::isPossible);
    } catch (UnreadableSql e) {
      return true;
    }
  }

  static boolean isPossible(Statement statement) {
    List<Token> tokens = statement.tokens();
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      boolean rule = i > 0 && token.is("DELETE") && tokens.get(i - 1).is("ON");
      boolean deletes =
          DELETING.contains(token.keyword()) && !rule
              || statement.matches(i, "DROP", "TABLE")
              || token.kind() == Token.Kind.STRING && mentions(token.text());
      if (deletes) {
        return true;
      }
    }
    return false;
  }

  /** The body of a function, or a statement that is put together. */
  private static boolean mentions(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    return upper.contains("DELETE") || upper.contains("TRUNCATE") || upper.contains("MERGE");
  }
}
