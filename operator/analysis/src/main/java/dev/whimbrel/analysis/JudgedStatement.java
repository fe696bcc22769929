package dev.whimbrel.analysis;

import dev.whimbrel.analysis.locks.LockedStatement;
import dev.whimbrel.analysis.locks.StatementLocks;
import dev.whimbrel.api.v1alpha1.Finding;
import java.util.List;

/**
 * A statement of a plan, with what it locks and what rules say of it.
 *
 * @param script file name
 * @param number its place in the script, from 1: one line may hold several
 * @param findings none where it is harmless
 */
public record JudgedStatement(
    String script, int number, Statement statement, StatementLocks locks, List<Finding> findings) {

  public JudgedStatement {
    findings = List.copyOf(findings);
  }

  /** What it locks, at its place. */
  public LockedStatement locked() {
    return new LockedStatement(script, statement.line(), locks);
  }
}
