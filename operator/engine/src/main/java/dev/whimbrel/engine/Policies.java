package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Forbidden;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.MigrationPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the platform team forbids, asked of the findings of a plan: when it is recorded, and again
 * before each Job of it, for a policy may be younger than the plan. A plan that was recorded as
 * blocked stays so, and while the policies cannot be read nothing is started.
 */
final class Policies {

  /** Of a plan that is forbidden all over. */
  private static final int SHOWN = 50;

  private static final Duration POLL = Duration.ofSeconds(30);

  private Policies() {}

  /** The plan, with what of it is forbidden now. */
  static MigrationPlanSpec noted(Draft draft, MigrationPlanSpec plan) {
    List<String> forbidden = forbidden(draft, plan).map(Forbidden::told).distinct().toList();
    if (forbidden.size() <= SHOWN) {
      return plan.withBlocked(forbidden);
    }
    List<String> shown = new ArrayList<>(forbidden.subList(0, SHOWN));
    shown.add("and %,d more".formatted(forbidden.size() - SHOWN));
    return plan.withBlocked(shown);
  }

  /** Whether the plan may be carried out as far as policies go; not while they are unknown. */
  static boolean allow(Draft draft) {
    return draft.world.policies() instanceof PolicyView.Known && blocked(draft).isEmpty();
  }

  /** Keeps the next Job of the plan from being started: for ever, or until policies are known. */
  static Optional<Draft> stop(Draft draft) {
    return refuse(draft)
        .or(() ->
            draft.world.policies() instanceof PolicyView.Unreadable unreadable
                ? Optional.of(
                    draft.await(
                        "PolicyUnreadable",
                        "Nothing is started, because what is forbidden here is not known: "
                            + unreadable.why(),
                        POLL))
                : Optional.empty());
  }

  /** Ends the run where its plan is forbidden. */
  static Optional<Draft> refuse(Draft draft) {
    List<String> blocked = blocked(draft);
    if (blocked.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        draft.rest(
            Phase.FAILED,
            "Forbidden",
            "Plan "
                + draft.plan.name()
                + " is not carried out: "
                + blocked.getFirst()
                + (blocked.size() > 1 ? "; and " + (blocked.size() - 1) + " more" : "")
                + ". Change the script, or ask whoever answers for the policy; then a new spec, or"
                + " annotation whimbrel.dev/retry, plans again",
            Optional.of("Failed")));
  }

  private static List<String> blocked(Draft draft) {
    return PlanRecord.known(draft)
        .map(plan -> {
          List<String> now = forbidden(draft, plan).map(Forbidden::told).distinct().toList();
          return now.isEmpty() ? plan.blocked() : now;
        })
        .orElse(List.of());
  }

  private static Stream<Forbidden> forbidden(Draft draft, MigrationPlanSpec plan) {
    List<MigrationPolicy> policies =
        switch (draft.world.policies()) {
          case PolicyView.Known known -> known.policies();
          case PolicyView.Unreadable unreadable -> List.of();
        };
    return plan.findings().stream()
        .flatMap(finding -> policies.stream().flatMap(policy -> of(policy, finding)));
  }

  private static Stream<Forbidden> of(MigrationPolicy policy, Finding finding) {
    return Forbidden.of(policy.getMetadata().getName(), policy.getSpec(), finding).stream();
  }
}
