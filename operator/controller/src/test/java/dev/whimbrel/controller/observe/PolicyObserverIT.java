package dev.whimbrel.controller.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.ForbiddenRule;
import dev.whimbrel.api.v1alpha1.LabelRequirement;
import dev.whimbrel.api.v1alpha1.MigrationPolicy;
import dev.whimbrel.api.v1alpha1.MigrationPolicySpec;
import dev.whimbrel.api.v1alpha1.NamespaceSelector;
import dev.whimbrel.engine.JobView;
import dev.whimbrel.engine.Phase;
import dev.whimbrel.engine.PolicyView;
import dev.whimbrel.testkit.kubernetes.ControlPlane;
import dev.whimbrel.testkit.kubernetes.Crds;
import dev.whimbrel.testkit.kubernetes.TestNamespace;
import dev.whimbrel.testkit.kubernetes.WithControlPlane;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What cannot be read is never taken for nothing. */
@WithControlPlane
@Execution(ExecutionMode.SAME_THREAD)
class PolicyObserverIT {

  private static final JobView NO_JOB = new JobView.None();

  private final ControlPlane cluster;
  private final KubernetesClient admin;
  private final DatabaseMigration migration = new DatabaseMigration();

  PolicyObserverIT(ControlPlane cluster, TestNamespace namespace) {
    this.cluster = cluster;
    this.admin = cluster.admin();
    migration.setMetadata(
        new ObjectMetaBuilder().withName("orders").withNamespace(namespace.name()).build());
  }

  private PolicyView seenBy(KubernetesClient client) {
    return new PolicyObserver(client).view(migration, Phase.AWAITING_APPROVAL, NO_JOB);
  }

  private static MigrationPolicy policy(String name, NamespaceSelector selector) {
    MigrationPolicy policy = new MigrationPolicy();
    policy.setMetadata(new ObjectMetaBuilder().withName(name).build());
    policy.setSpec(
        new MigrationPolicySpec(selector, List.of(new ForbiddenRule("DropColumn", "ask #data"))));
    return policy;
  }

  private NamespaceSelector named(String namespace) {
    return new NamespaceSelector(Map.of("kubernetes.io/metadata.name", namespace), null);
  }

  @Test
  void aKindThatIsMissingIsNamedWithWhatToApply() {
    Crds.install(admin);
    Resource<?> definition =
        admin
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .withName("migrationpolicies.whimbrel.dev");
    definition.delete();
    try {
      await()
          .untilAsserted(() ->
              assertThat(seenBy(admin))
                  .isEqualTo(
                      new PolicyView.Unreadable(
                          "the operator cannot list MigrationPolicies (HTTP 404): apply their CRD"
                              + " (crds/migrationpolicies.whimbrel.dev.yaml) and the chart's"
                              + " ClusterRole")));
    } finally {
      definition.waitUntilCondition(gone -> gone == null, 30, TimeUnit.SECONDS);
      Crds.install(admin);
    }
    await().untilAsserted(() -> assertThat(seenBy(admin)).isEqualTo(PolicyView.NONE));
  }

  @Test
  void aRightThatIsMissingIsNamedWithWhatToApply() {
    Crds.install(admin);

    assertThat(seenBy(cluster.asUser("nobody")))
        .isInstanceOfSatisfying(
            PolicyView.Unreadable.class,
            unreadable ->
                assertThat(unreadable.why())
                    .startsWith("the operator cannot list MigrationPolicies (HTTP 403): apply"));
  }

  @Test
  void theNamespaceIsReadOnlyWhereAPolicySelectsByIt() {
    Crds.install(admin);
    mayListPolicies("lister");
    KubernetesClient lister = cluster.asUser("lister");
    MigrationPolicy everywhere = admin.resource(policy("everywhere", null)).create();
    try {
      await()
          .untilAsserted(() ->
              assertThat(seenBy(lister))
                  .isInstanceOfSatisfying(
                      PolicyView.Known.class,
                      known -> assertThat(known.policies()).containsExactly(everywhere)));

      MigrationPolicy selecting = admin.resource(policy("selecting", named("another"))).create();
      try {
        assertThat(seenBy(lister))
            .isInstanceOfSatisfying(
                PolicyView.Unreadable.class,
                unreadable ->
                    assertThat(unreadable.why())
                        .contains(
                            "cannot read the labels of namespace "
                                + migration.getMetadata().getNamespace()
                                + " (HTTP 403)"));
      } finally {
        admin.resource(selecting).delete();
      }
    } finally {
      admin.resource(everywhere).delete();
    }
  }

  @Test
  void ofThePoliciesThoseThatSelectTheNamespaceAreKnown() {
    Crds.install(admin);
    String namespace = migration.getMetadata().getNamespace();
    MigrationPolicy here = admin.resource(policy("here", named(namespace))).create();
    MigrationPolicy there = admin.resource(policy("there", named("another"))).create();
    MigrationPolicy exempt =
        admin
            .resource(
                policy(
                    "exempt",
                    new NamespaceSelector(
                        null,
                        List.of(
                            new LabelRequirement(
                                "kubernetes.io/metadata.name", "DoesNotExist", null)))))
            .create();
    try {
      assertThat(seenBy(admin)).isEqualTo(new PolicyView.Known(List.of(here)));
    } finally {
      List.of(here, there, exempt).forEach(each -> admin.resource(each).delete());
    }
  }

  @Test
  void whereNothingCanBeStoppedAnyMoreNobodyIsAsked() {
    PolicyObserver observer = new PolicyObserver(cluster.asUser("nobody"));

    for (Phase phase : List.of(Phase.SUCCEEDED, Phase.RECOVERING, Phase.VERIFYING)) {
      assertThat(observer.view(migration, phase, NO_JOB))
          .isEqualTo(new PolicyView.Unreadable("policies are not read in this phase"));
    }
  }

  private void mayListPolicies(String user) {
    String role = "t-list-policies";
    admin
        .resource(
            new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(role)
                .endMetadata()
                .addNewRule()
                .withApiGroups("whimbrel.dev")
                .withResources("migrationpolicies")
                .withVerbs("list")
                .endRule()
                .build())
        .forceConflicts()
        .serverSideApply();
    admin
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(role)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
                .build())
        .forceConflicts()
        .serverSideApply();
  }
}
