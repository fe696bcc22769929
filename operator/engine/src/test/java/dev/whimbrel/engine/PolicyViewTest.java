package dev.whimbrel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.ForbiddenRule;
import dev.whimbrel.api.v1alpha1.MigrationPolicy;
import dev.whimbrel.api.v1alpha1.MigrationPolicySpec;
import dev.whimbrel.api.v1alpha1.NamespaceSelector;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyViewTest {

  private static final Map<String, String> PRODUCTION = Map.of("env", "production");

  private static MigrationPolicy policy(String name, Map<String, String> labels, String rule) {
    MigrationPolicy policy = new MigrationPolicy();
    policy.setMetadata(new ObjectMetaBuilder().withName(name).build());
    policy.setSpec(
        new MigrationPolicySpec(
            labels == null ? null : new NamespaceSelector(labels, List.of()),
            List.of(new ForbiddenRule(rule, "because"))));
    return policy;
  }

  @Test
  void allThatSelectTheNamespaceHold() {
    MigrationPolicy everywhere = policy("everywhere", null, "DropTable");
    MigrationPolicy production = policy("production", PRODUCTION, "DropColumn");
    MigrationPolicy staging = policy("staging", Map.of("env", "staging"), "DropSchema");

    assertThat(PolicyView.of(List.of(everywhere, production, staging), PRODUCTION))
        .isEqualTo(new PolicyView.Known(List.of(everywhere, production)));
  }

  @Test
  void aRuleThatThisVersionDoesNotHaveIsNotPassedOver() {
    PolicyView view =
        PolicyView.of(List.of(policy("production", PRODUCTION, "DropColum")), PRODUCTION);

    assertThat(view)
        .isEqualTo(
            new PolicyView.Unreadable(
                "MigrationPolicy production forbids DropColum, and this version has no rule of that"
                    + " name: correct spec.forbid by the list in docs/rules, or upgrade the"
                    + " operator"));
  }

  @Test
  void whatAnotherNamespacesPolicySaysIsNotReadHere() {
    assertThat(PolicyView.of(List.of(policy("production", PRODUCTION, "DropColum")), Map.of()))
        .isEqualTo(PolicyView.NONE);
  }
}
