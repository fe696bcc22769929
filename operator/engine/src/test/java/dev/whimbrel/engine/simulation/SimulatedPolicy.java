package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.ForbiddenRule;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.MigrationPolicy;
import dev.whimbrel.api.v1alpha1.MigrationPolicySpec;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.engine.PolicyView;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;

/** The one policy of the platform team: it forbids what is High, or it is not there. */
final class SimulatedPolicy {

  private static final String RULE = "DropTable";

  private boolean forbids;
  private int changes;
  private int seen;

  /** What a script is found to do. */
  static List<Finding> findings(List<Script> scripts) {
    return scripts.stream()
        .filter(script -> script.risk() == Risk.HIGH)
        .map(script -> new Finding(RULE, Risk.HIGH.label(), "drops", script.name(), 1))
        .toList();
  }

  /** It comes, or it goes. */
  void change() {
    forbids = !forbids;
    changes++;
  }

  boolean forbids() {
    return forbids;
  }

  /** How often it has changed. */
  int changes() {
    return changes;
  }

  PolicyView view() {
    if (!forbids) {
      return PolicyView.NONE;
    }
    MigrationPolicy policy = new MigrationPolicy();
    policy.setMetadata(new ObjectMetaBuilder().withName("production").build());
    policy.setSpec(new MigrationPolicySpec(null, List.of(new ForbiddenRule(RULE, "ask"))));
    return new PolicyView.Known(List.of(policy));
  }

  /** Whoever writes next has looked when it had changed so often. */
  void seen(int after) {
    seen = after;
  }

  /** Whether whoever writes could see that this must not run. */
  boolean hasForbidden(MigrationPlanSpec plan) {
    return forbids
        && seen == changes
        && plan.findings().stream().anyMatch(finding -> finding.isOf(RULE));
  }
}
