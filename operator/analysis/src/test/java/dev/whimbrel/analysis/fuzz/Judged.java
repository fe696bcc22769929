package dev.whimbrel.analysis.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whimbrel.analysis.RiskAssessment;
import dev.whimbrel.analysis.Scripts;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.UnreadableSql;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.analysis.pgquery.SqlRefused;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the analysis says of a script, and what must never be.
 *
 * @param risk empty where the script cannot be cut into statements, which is a refusal of its own
 * @param wrong empty where all is well
 */
record Judged(Optional<Risk> risk, Optional<String> wrong) {

  /** Longer than any script of the fuzz takes on a busy machine. */
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  static Judged of(PgQuery parser, String sql) {
    long begun = System.nanoTime();
    try {
      List<Statement> statements = Tokenizer.statements(sql);
      RiskAssessment assessment =
          RiskAssessment.of(parser, List.of(Scripts.of("V1.sql", statements)));
      Optional<String> wrong = wrong(parser, sql, statements, assessment);
      boolean late = System.nanoTime() - begun > PATIENCE_NANOS;
      return new Judged(
          Optional.of(assessment.risk()), late ? Optional.of("took too long") : wrong);
    } catch (UnreadableSql e) {
      return new Judged(
          Optional.empty(),
          e.line() < 1 ? Optional.of("refused without a line") : Optional.empty());
    } catch (RuntimeException | StackOverflowError e) {
      return new Judged(Optional.empty(), Optional.of("failed with " + e));
    }
  }

  private static Optional<String> wrong(
      PgQuery parser, String sql, List<Statement> statements, RiskAssessment assessment) {
    long lines = sql.lines().count() + 1;
    for (Finding finding : assessment.findings()) {
      if (finding.rule().isEmpty() || finding.line() < 1 || finding.line() > lines) {
        return Optional.of("a finding has no rule or no line: " + finding);
      }
    }
    for (Statement statement : statements) {
      int parsed = count(parser, statement.text());
      if (parsed < 0 && assessment.risk() == Risk.LOW) {
        return Optional.of("was refused and passed as Low: " + statement.text());
      } else if (parsed > 1) {
        return Optional.of("is several statements for PostgreSQL: " + statement.text());
      }
    }
    int whole = count(parser, sql);
    // Rows of a COPY are no SQL, and are not parsed.
    boolean copies = sql.toUpperCase(Locale.ROOT).contains("STDIN");
    return whole >= 0 && whole != statements.size() && !copies
        ? Optional.of("is " + whole + " statements for PostgreSQL, not " + statements.size())
        : Optional.empty();
  }

  /** Negative where it is refused. */
  private static int count(PgQuery parser, String sql) {
    try {
      JsonNode statements = parser.statements(sql);
      return statements.size();
    } catch (SqlRefused e) {
      return -1;
    }
  }
}
