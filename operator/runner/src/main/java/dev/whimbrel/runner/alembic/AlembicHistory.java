package dev.whimbrel.runner.alembic;

import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.tool.History;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How far a plan has come by Alembic's rows. There is one row per branch, not one per revision, so
 * the order of the plan tells the rest: Alembic keeps to it.
 *
 * @param rows of Alembic's table
 * @param plan ids of the plan's revisions in its order; empty where there is no plan
 * @param downgrade whether the plan undoes them
 */
record AlembicHistory(VersionRows rows, List<String> plan, boolean downgrade) implements History {

  AlembicHistory {
    plan = List.copyOf(plan);
  }

  static AlembicHistory of(VersionRows rows, Optional<ExpectedPlan> plan) {
    List<String> ids =
        plan.map(ExpectedPlan::revisions).orElse(List.of()).stream()
            .map(ExpectedRevision::version)
            .filter(Objects::nonNull)
            .toList();
    return new AlembicHistory(rows, ids, plan.map(ExpectedPlan::downgrade).orElse(false));
  }

  @Override
  public String current() {
    return rows.current();
  }

  @Override
  public boolean records(ExpectedRevision revision) {
    int asked = plan.indexOf(revision.version());
    List<Integer> found = rows.rows().stream().map(plan::indexOf).filter(i -> i >= 0).toList();
    if (asked < 0 || found.isEmpty()) {
      return false;
    }
    return downgrade
        ? asked >= found.stream().min(Integer::compare).orElseThrow()
        : asked <= found.stream().max(Integer::compare).orElseThrow();
  }

  /** Rows carry no content that could contradict the plan's. */
  @Override
  public boolean contradicts(ExpectedRevision revision) {
    return false;
  }

  /** Alembic records no failures. */
  @Override
  public Optional<String> failedScript() {
    return Optional.empty();
  }

  @Override
  public List<String> catalog(Session session) throws SQLException {
    return rows.catalog(session);
  }

  @Override
  public Map<String, String> shapes(Session session, Collection<String> names) throws SQLException {
    return rows.shapes(session, names);
  }
}
