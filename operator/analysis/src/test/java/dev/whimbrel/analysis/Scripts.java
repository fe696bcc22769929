package dev.whimbrel.analysis;

import dev.whimbrel.analysis.RiskAssessment.Script;
import dev.whimbrel.analysis.pgquery.PgQuery;
import java.util.List;

/**
 * Scripts of a tool that looks whether PostgreSQL refuses one of their statements in a transaction,
 * and gives them one of their own where not.
 */
public final class Scripts {

  private static final PgQuery PARSER = new PgQuery(1);

  private Scripts() {}

  /** One with that text. */
  public static Script of(String name, String sql) throws UnreadableSql {
    return of(name, Tokenizer.statements(sql));
  }

  /** One of those statements. */
  public static Script of(String name, List<Statement> statements) {
    Trees trees = new Trees(PARSER);
    boolean refused =
        statements.stream().anyMatch(each -> OwnTransactions.refusesTransaction(trees, each));
    return new Script(name, statements, !refused, false);
  }
}
