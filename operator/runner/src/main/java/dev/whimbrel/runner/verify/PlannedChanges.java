package dev.whimbrel.runner.verify;

import dev.whimbrel.analysis.AlteredColumn;
import dev.whimbrel.analysis.RowEffects;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.UnreadableSql;
import dev.whimbrel.analysis.pgquery.SqlParser;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import java.util.ArrayList;
import java.util.List;

/**
 * What the statements of a plan may do to rows. In doubt they do.
 *
 * @param mayDelete whether one may delete rows
 * @param mayChange whether one may change rows
 * @param altered the columns that are altered, as far as the plan shows them
 */
record PlannedChanges(boolean mayDelete, boolean mayChange, List<AlteredColumn> altered) {

  PlannedChanges {
    altered = List.copyOf(altered);
  }

  static PlannedChanges of(SqlParser parser, MigrationPlanSpec plan) {
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
    Trees trees = new Trees(parser);
    RowEffects effects = RowEffects.of(trees, statements, own);
    return new PlannedChanges(
        hidden || effects.mayDelete(),
        hidden || effects.mayChange(),
        AlteredColumn.of(trees, statements));
  }
}
