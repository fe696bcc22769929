package dev.whimbrel.runner.catalog;

import dev.whimbrel.analysis.DataQuestion;
import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.catalog.Size;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.runner.database.CountBudget;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks the rows whether statements will fail, by counts that only read, wait for nobody and end in
 * time. A plan that will fail is High, not Unsafe: rows can be put right while it waits for its
 * approval. What holds now may not hold any more when it is carried out, and the message says so.
 */
final class DataChecks {

  /** What is larger is not read for a plan. */
  static final long LARGEST = 1L << 30;

  static final Duration ONE = Duration.ofSeconds(10);
  static final Duration ALL = Duration.ofSeconds(30);

  private final Session session;
  private final CountBudget budget;

  DataChecks(Session session, Clock clock) {
    this.session = session;
    this.budget = new CountBudget(session, clock, ONE, ALL);
  }

  /** A finding for each question. */
  List<Finding> findings(List<DataQuestion> questions) throws SQLException {
    if (questions.isEmpty()) {
      return List.of();
    }
    // Else a policy would hide rows that the statement does not pass over.
    session.set("row_security", "off");
    try {
      List<Finding> findings = new ArrayList<>();
      for (DataQuestion question : questions) {
        findings.add(finding(question));
      }
      return findings;
    } finally {
      session.set("row_security", "on");
    }
  }

  private Finding finding(DataQuestion question) throws SQLException {
    if (question.bytes().orElse(0) > LARGEST) {
      return notCounted(
          question,
          Size.text(question.bytes().getAsLong())
              + " would have to be read, and no more than "
              + Size.text(LARGEST)
              + " are for a plan");
    }
    if (budget.isSpent()) {
      return notCounted(question, "the " + ALL.toSeconds() + " s for all counts are over");
    }
    try {
      Optional<Long> counted = budget.count(question.sql());
      return counted.isEmpty()
          ? notCounted(
              question, "it took longer than " + ONE.toSeconds() + " s, or somebody holds a lock")
          : answered(question, counted.get());
    } catch (SQLException e) {
      if (SqlErrors.isLost(e)) {
        throw e;
      }
      return notCounted(question, SqlErrors.message(e));
    }
  }

  private static Finding answered(DataQuestion question, long count) {
    return count > 0
        ? finding(question, Rule.WILL_FAIL, question.failure(count))
        : finding(
            question, Rule.PROVEN_BY_DATA, "looked at when this was planned: " + question.proof());
  }

  private static Finding notCounted(DataQuestion question, String why) {
    return finding(
        question,
        Rule.NOT_COUNTED,
        "not counted, because " + why + ": the statement fails unless " + question.proof());
  }

  private static Finding finding(DataQuestion question, Rule rule, String message) {
    return new Finding(
        rule.id(), rule.page().risk().label(), message, question.script(), question.line());
  }
}
