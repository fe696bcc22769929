package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.ForbiddenRule;
import dev.whimbrel.api.v1alpha1.MigrationPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the platform team forbids in the namespace of a migration. */
public sealed interface PolicyView {

  /** Nobody forbids anything. */
  PolicyView NONE = new Known(List.of());

  /**
   * All is known.
   *
   * @param policies those that hold in the namespace
   */
  record Known(List<MigrationPolicy> policies) implements PolicyView {

    public Known {
      policies = List.copyOf(policies);
    }
  }

  /**
   * Nobody knows what is forbidden, so that nothing may be started.
   *
   * @param why what is wrong and how to put it right, as a sentence without its end
   */
  record Unreadable(String why) implements PolicyView {}

  /**
   * Those of the cluster's policies that hold in a namespace.
   *
   * @param all of the cluster
   * @param labels of the namespace
   * @return {@link Unreadable} where one that holds there names a rule that this version does not
   *     have: it would forbid nothing, and its author means something
   */
  static PolicyView of(List<MigrationPolicy> all, Map<String, String> labels) {
    List<MigrationPolicy> holding =
        all.stream().filter(policy -> policy.getSpec().holdsIn(labels)).toList();
    return holding.stream()
        .flatMap(policy -> unknown(policy).stream())
        .findFirst()
        .<PolicyView>map(Unreadable::new)
        .orElseGet(() -> new Known(holding));
  }

  private static Optional<String> unknown(MigrationPolicy policy) {
    return policy.getSpec().forbid().stream()
        .filter(forbidden -> !forbidden.exists())
        .map(ForbiddenRule::rule)
        .findFirst()
        .map(rule ->
            "MigrationPolicy "
                + policy.getMetadata().getName()
                + " forbids "
                + rule
                + ", and this version has no rule of that name: correct spec.forbid by the list in"
                + " docs/rules, or upgrade the operator");
  }
}
