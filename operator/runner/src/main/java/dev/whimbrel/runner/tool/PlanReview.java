package dev.whimbrel.runner.tool;

import dev.whimbrel.analysis.ImpactAnswers;
import dev.whimbrel.analysis.locks.LockedStatement;
import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlanImpact;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.WayBack;
import java.util.ArrayList;
import java.util.List;

/**
 * What a plan says of itself first, for whoever has to decide about it. The hash leaves it out: it
 * says nothing that the rest of the plan does not.
 */
public final class PlanReview {

  /** More revisions than somebody reads one by one are counted. */
  private static final int REVISIONS = 20;

  private PlanReview() {}

  /** The plan with its summary, the answers to what a reviewer asks, and what blocks it. */
  public static MigrationPlanSpec of(MigrationPlanSpec plan) {
    return of(plan, List.of());
  }

  /**
   * The same.
   *
   * @param locked what each statement of the plan locks
   */
  public static MigrationPlanSpec of(MigrationPlanSpec plan, List<LockedStatement> locked) {
    boolean forth = plan.direction() == null || MigrationPlanSpec.UPGRADE.equals(plan.direction());
    PlanImpact impact =
        ImpactAnswers.of(plan.findings(), forth ? plan.recorded() : List.of(), locked);
    List<String> blocked =
        plan.findings().stream()
            .filter(finding -> Risk.UNSAFE.label().equals(finding.risk()))
            .map(Finding::told)
            .toList();
    return plan.withReview(about(plan, impact), impact).withBlocked(blocked);
  }

  private static List<String> about(MigrationPlanSpec plan, PlanImpact impact) {
    List<String> about = new ArrayList<>();
    about.add(what(plan));
    about.add(
        "Risk "
            + plan.risk()
            + plan.riskReasons().stream().findFirst().map(r -> ": " + r).orElse(""));
    about.add("Impact: " + impact.text());
    List<PlannedRevision> revisions = plan.revisions();
    revisions.stream().limit(REVISIONS).map(PlanReview::line).forEach(about::add);
    if (revisions.size() > REVISIONS) {
      about.add("and %,d more revisions".formatted(revisions.size() - REVISIONS));
    }
    return about;
  }

  private static String what(MigrationPlanSpec plan) {
    DatabaseIdentity database = plan.database();
    String where =
        database.database()
            + " on "
            + database.server()
            + (database.serverVersion() == null ? "" : ", PostgreSQL " + database.serverVersion());
    String from = plan.from() == null || plan.from().isEmpty() ? "an empty history" : plan.from();
    if (MigrationPlanSpec.RESTORE.equals(plan.direction())) {
      return "Restores %s over every database of instance %s"
          .formatted(plan.to(), database.server());
    }
    int count = plan.recorded().size();
    return "%s %d revision%s of database %s: from %s to %s, by %s"
        .formatted(
            MigrationPlanSpec.DOWNGRADE.equals(plan.direction()) ? "Undoes" : "Carries out",
            count,
            count == 1 ? "" : "s",
            where,
            from,
            plan.to().isEmpty() ? "an empty history" : plan.to(),
            plan.tool());
  }

  private static String line(PlannedRevision revision) {
    WayBack undo = revision.undo();
    String back =
        undo == null || WayBack.NONE.equals(undo.grade())
            ? "no way back"
            : "way back " + undo.grade();
    boolean asked =
        revision.leavesTrace()
            && revision.undo() != null
            && !PlannedRevision.REPEATABLE.equals(revision.kind());
    return "%s: %s%s%s%s"
        .formatted(
            revision.script(),
            revision.risk(),
            findings(revision),
            Boolean.FALSE.equals(revision.transactional()) ? ", without a transaction" : "",
            asked ? ", " + back : "");
  }

  private static String findings(PlannedRevision revision) {
    List<String> rules =
        revision.sqlFindings().stream().map(Finding::rule).distinct().limit(5).toList();
    return rules.isEmpty() ? "" : " (" + String.join(", ", rules) + ")";
  }
}
