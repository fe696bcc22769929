package dev.whimbrel.runner.tool;

import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.util.List;

/** A source that can be rendered and carried out. */
public interface OpenSource {

  /**
   * Makes a plan. Changes nothing.
   *
   * @param session best a read-only one
   * @param pointInTimeRecovery of the instance; null where it is not known
   * @throws StepFailure where the history cannot be trusted or the source is refused
   */
  RenderedPlan plan(Session session, Boolean pointInTimeRecovery) throws SQLException;

  /**
   * The same without facts for reviewers, to be compared with the plan that was decided on.
   *
   * @param expected that plan
   */
  RenderedPlan planAgain(Session session, Boolean pointInTimeRecovery, ExpectedPlan expected)
      throws SQLException;

  /**
   * Where people can read all of a revision, as a sentence, where the plan has no place for it.
   *
   * @param revision of a plan of this source
   */
  String whole(PlannedRevision revision);

  /**
   * Prepares the way back of revisions that are in. Changes nothing.
   *
   * @param plan the plan that was carried out in part
   * @param done its revisions that are in, in the order of the plan
   * @throws StepFailure where one of them has no way back, or another one than was approved
   */
  PreparedWork wayBack(Session session, ExpectedPlan plan, List<ExpectedRevision> done)
      throws SQLException;
}
