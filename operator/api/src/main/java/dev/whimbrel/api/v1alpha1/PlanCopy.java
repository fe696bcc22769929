package dev.whimbrel.api.v1alpha1;

import java.util.List;
import java.util.Map;

/** A plan while it is copied with something changed: the one place that knows all of its fields. */
final class PlanCopy {

  private final MigrationPlanSpec plan;
  List<String> about;
  List<String> blocked;
  PlanImpact impact;
  Integer pending;
  List<PlannedRevision> revisions;
  List<Finding> general;
  List<String> facts;
  String source;
  String image;
  PlannedRestore restore;
  List<CheckResult> preflight;
  Map<String, String> relations;

  /** A copy that is the same so far. */
  PlanCopy(MigrationPlanSpec plan) {
    this.plan = plan;
    this.about = plan.about();
    this.blocked = plan.blocked();
    this.impact = plan.impact();
    this.pending = plan.pending();
    this.revisions = plan.revisions();
    this.general = plan.general();
    this.facts = plan.facts();
    this.source = plan.source();
    this.image = plan.image();
    this.restore = plan.restore();
    this.preflight = plan.preflight();
    this.relations = plan.relations();
  }

  MigrationPlanSpec done() {
    return new MigrationPlanSpec(
        about,
        blocked,
        impact,
        pending,
        plan.migration(),
        plan.run(),
        plan.hash(),
        plan.risk(),
        plan.riskReasons(),
        plan.from(),
        plan.to(),
        plan.direction(),
        plan.continues(),
        plan.database(),
        plan.tool(),
        plan.settings(),
        revisions,
        general,
        plan.fingerprint(),
        plan.online(),
        facts,
        source,
        image,
        restore,
        preflight,
        relations);
  }
}
