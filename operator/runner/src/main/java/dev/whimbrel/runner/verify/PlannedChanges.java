package dev.whimbrel.runner.verify;

import dev.whimbrel.analysis.AlteredColumn;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Token;
import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.UnreadableSql;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the statements of a plan may do to rows. In doubt they do.
 *
 * @param mayDelete whether one may delete rows
 * @param mayChange whether one may change rows
 * @param altered the columns that are altered, as far as the plan shows them
 */
record PlannedChanges(boolean mayDelete, boolean mayChange, List<AlteredColumn> altered) {

  private static final Set<String> DELETING =
      Set.of("DELETE", "TRUNCATE", "MERGE", "DETACH", "INHERIT", "DO", "CALL", "EXECUTE");

  /** What neither changes rows nor leaves anything. */
  private static final Set<String> SETTINGS = Set.of("SET", "RESET", "LOCK", "BEGIN", "COMMIT");

  PlannedChanges {
    altered = List.copyOf(altered);
  }

  static PlannedChanges of(MigrationPlanSpec plan) {
    String table = plan.settings().getOrDefault("versionTable", "");
    String own = table.substring(table.lastIndexOf('.') + 1).replace("\"", "");
    List<Statement> statements = new ArrayList<>();
    boolean hidden = false;
    for (PlannedRevision revision : plan.revisions()) {
      try {
        statements.addAll(Tokenizer.statements(String.join("\n", revision.sql())));
        hidden |= !revision.code().isEmpty();
      } catch (UnreadableSql e) {
        hidden = true;
      }
    }
    return new PlannedChanges(
        hidden || statements.stream().anyMatch(s -> deletes(s) && !isOwn(s, own)),
        hidden || !statements.stream().allMatch(statement -> keepsRows(statement, own)),
        AlteredColumn.of(statements));
  }

  private static boolean keepsRows(Statement statement, String versionTable) {
    return statement.showsInCatalog()
        || SETTINGS.contains(statement.firstWord())
        || isOwn(statement, versionTable);
  }

  /** Alembic's own row in its own table. */
  private static boolean isOwn(Statement statement, String versionTable) {
    int name =
        switch (statement.firstWord()) {
          case "UPDATE" -> 1;
          case "INSERT", "DELETE" -> 2;
          default -> -1;
        };
    return name > 0
        && statement.nameAt(name).filter(found -> found.name().equals(versionTable)).isPresent();
  }

  static boolean deletes(Statement statement) {
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
