package dev.whimbrel.testkit.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart, rendered by Helm and judged by the real API server. */
@WithControlPlane
class HelmChartIT {

  private static final Map<String, Object> DEFAULTS = Map.of();
  private static final Map<String, Object> TWO_REPLICAS =
      Map.of(
          "replicas", 2,
          "metrics", Map.of("service", Map.of("enabled", true)),
          "priorityClassName", "system-cluster-critical",
          "imagePullSecrets", List.of("registry"),
          "nodeSelector", Map.of("pool", "system"),
          "tolerations", List.of(Map.of("key", "system", "operator", "Exists")),
          "podAnnotations", Map.of("example.com/owner", "platform"),
          "runner",
              Map.of("env", List.of(Map.of("name", "JAVA_TOOL_OPTIONS", "value", "-Xmx128m"))));

  private final Chart chart = Chart.inRepository();
  private final KubernetesClient admin;
  private final ControlPlane cluster;

  HelmChartIT(ControlPlane cluster) {
    this.cluster = cluster;
    this.admin = cluster.admin();
  }

  static List<Map<String, Object>> goodValues() {
    return List.of(
        DEFAULTS,
        TWO_REPLICAS,
        Map.of("watchNamespaces", List.of("default", "kube-public")),
        Map.of("crds", Map.of("install", false), "leaderElection", Map.of("enabled", false)));
  }

  @ParameterizedTest
  @MethodSource("goodValues")
  void everyManifestIsAcceptedByTheApiServer(Map<String, Object> values, TestNamespace namespace) {
    List<HasMetadata> manifests = chart.render("whimbrel", namespace.name(), values);

    assertThat(manifests).isNotEmpty();
    for (HasMetadata manifest : manifests) {
      HasMetadata accepted = admin.resource(manifest).dryRun(true).serverSideApply();
      assertThat(accepted.getMetadata().getName()).isEqualTo(manifest.getMetadata().getName());
    }
  }

  @ParameterizedTest
  @MethodSource("goodValues")
  void helmFindsNothingToCriticise(Map<String, Object> values) {
    assertThat(chart.lint(values)).contains("1 chart(s) linted, 0 chart(s) failed");
  }

  static Stream<Arguments> badValues() {
    return Stream.of(
        Arguments.of(Map.of("replicas", 3), "at '/replicas': maximum: got 3, want 2"),
        Arguments.of(Map.of("replica", 2), "additional properties 'replica' not allowed"),
        Arguments.of(
            Map.of("watchNamespaces", "default"), "at '/watchNamespaces': got string, want array"),
        Arguments.of(
            Map.of("watchNamespaces", List.of("Team_A")), "'Team_A' does not match pattern"),
        Arguments.of(
            Map.of("image", Map.of("digest", "latest")), "'latest' does not match pattern"),
        Arguments.of(Map.of("image", Map.of("repository", "")), "at '/image/repository'"),
        Arguments.of(
            Map.of("runner", Map.of("env", List.of(Map.of("name", "A")))),
            "missing property 'value'"),
        Arguments.of(
            Map.of("replicas", 2, "leaderElection", Map.of("enabled", false)),
            "replicas: 2 needs leaderElection.enabled: true"),
        Arguments.of(
            Map.of("metrics", Map.of("serviceMonitor", Map.of("enabled", true))),
            "metrics.serviceMonitor.enabled needs metrics.service.enabled: true"));
  }

  @ParameterizedTest
  @MethodSource("badValues")
  void wrongValuesAreRefusedWithAMessageThatNamesThem(Map<String, Object> values, String message) {
    assertThatThrownBy(() -> chart.render("whimbrel", "whimbrel-system", values))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theOperatorIsToldWhereItIsAndWhatToWatch() {
    Map<String, Object> values =
        Map.of(
            "watchNamespaces", List.of("orders", "billing"),
            "image", Map.of("digest", "sha256:" + "ab".repeat(32)),
            "runner",
                Map.of(
                    "image", Map.of("repository", "mirror/whimbrel", "tag", "7"),
                    "env", List.of(Map.of("name", "NO_PROXY", "value", "10.0.0.0/8, .internal"))));

    Deployment deployment = only(Deployment.class, chart.render("w", "ops", values));

    var container = deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
    assertThat(container.getImage()).isEqualTo("whimbrel.dev/whimbrel@sha256:" + "ab".repeat(32));
    assertThat(container.getArgs())
        .containsExactly(
            "operator",
            "--namespace=ops",
            "--watch-namespaces=orders,billing",
            "--runner-image=mirror/whimbrel:7",
            "--image-pull-policy=IfNotPresent",
            "--runner-env=NO_PROXY=10.0.0.0/8, .internal",
            "--leader-election=true",
            "--port=8080");
  }

  @Test
  void thePodMeetsTheRestrictedPodSecurityStandard(TestNamespace namespace) {
    admin
        .namespaces()
        .withName(namespace.name())
        .edit(found -> {
          found.getMetadata().getLabels().put("pod-security.kubernetes.io/enforce", "restricted");
          return found;
        });
    Deployment deployment =
        only(Deployment.class, chart.render("whimbrel", namespace.name(), TWO_REPLICAS));
    var template = deployment.getSpec().getTemplate();
    chart.installRoles(
        admin, namespace.name(), Map.of("serviceAccount", Map.of("name", "whimbrel")));

    var pod =
        admin
            .resource(
                new PodBuilder()
                    .withNewMetadataLike(template.getMetadata())
                    .withName("operator")
                    .withNamespace(namespace.name())
                    .endMetadata()
                    .withSpec(template.getSpec())
                    .build())
            .dryRun(true)
            .create();

    assertThat(pod.getSpec().getContainers().getFirst().getSecurityContext())
        .satisfies(context -> {
          assertThat(context.getReadOnlyRootFilesystem()).isTrue();
          assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
        });
  }

  @Test
  void noRoleReachesSecretsOrEverything() {
    List<PolicyRule> rules =
        goodValues().stream()
            .flatMap(values -> chart.render("whimbrel", "whimbrel-system", values).stream())
            .flatMap(HelmChartIT::rules)
            .toList();

    assertThat(rules).isNotEmpty();
    assertThat(rules)
        .allSatisfy(rule -> {
          assertThat(rule.getResources()).doesNotContain("secrets", "*", "pods/exec");
          assertThat(rule.getVerbs()).doesNotContain("*", "escalate", "bind", "impersonate");
          assertThat(rule.getApiGroups()).doesNotContain("*");
        });
  }

  @Test
  void withWatchNamespacesTheOperatorHasNoPowerElsewhere(TestNamespace own, ControlPlane plane) {
    try (TestNamespace watched = plane.createNamespace("watched")) {
      Map<String, Object> values = Map.of("watchNamespaces", List.of(watched.name()));

      String account = chart.installRoles(admin, own.name(), values);

      KubernetesClient operator = cluster.asServiceAccount(own.name(), account);
      assertThat(may(operator, "create", "batch", "jobs", watched.name())).isTrue();
      assertThat(may(operator, "create", "batch", "jobs", own.name())).isFalse();
      assertThat(may(operator, "create", "batch", "jobs", "default")).isFalse();
      assertThat(may(operator, "get", "", "secrets", watched.name())).isFalse();
      assertThat(operator.namespaces().withName(watched.name()).get()).isNotNull();
      assertThatThrownBy(() -> operator.namespaces().withName(own.name()).get())
          .hasMessageContaining("cannot get resource \"namespaces\"");
      assertThat(mayInCluster(operator, "list", "migrationpolicies")).isTrue();
      assertThat(mayInCluster(operator, "update", "migrationpolicies")).isFalse();
      assertThat(mayInCluster(operator, "list", "databasemigrations")).isFalse();
      assertThat(may(operator, "create", "coordination.k8s.io", "leases", own.name())).isTrue();
      assertThat(may(operator, "create", "coordination.k8s.io", "leases", watched.name()))
          .isFalse();
    }
  }

  @Test
  void peopleGetTheirRolesAndNothingMore(TestNamespace namespace) {
    chart.installRoles(admin, namespace.name(), DEFAULTS);
    bind(namespace.name(), "whimbrel-author", "alice");
    bind(namespace.name(), "whimbrel-approver", "carol");
    bind(namespace.name(), "edit", "eve");
    bind(namespace.name(), "whimbrel-policy-admin", "dave");

    KubernetesClient alice = cluster.asUser("alice");
    KubernetesClient carol = cluster.asUser("carol");
    KubernetesClient eve = cluster.asUser("eve");

    assertThat(mayWhimbrel(alice, "create", "databasemigrations", namespace)).isTrue();
    assertThat(mayWhimbrel(alice, "create", "migrationapprovals", namespace)).isFalse();
    assertThat(mayWhimbrel(carol, "create", "migrationapprovals", namespace)).isTrue();
    assertThat(mayWhimbrel(carol, "delete", "migrationapprovals", namespace)).isFalse();
    assertThat(mayWhimbrel(carol, "update", "databasemigrations", namespace)).isFalse();
    assertThat(mayWhimbrel(alice, "create", "migrationplans", namespace)).isFalse();
    await() // aggregation is the controller-manager's work
        .untilAsserted(
            () -> assertThat(mayWhimbrel(eve, "get", "migrationplans", namespace)).isTrue());
    assertThat(mayWhimbrel(eve, "create", "databasemigrations", namespace)).isFalse();
    for (String user : List.of("alice", "carol", "eve", "dave")) {
      // Within a namespace nobody gets at what the platform team forbids, whatever the role.
      assertThat(mayInCluster(cluster.asUser(user), "update", "migrationpolicies"))
          .as(user)
          .isFalse();
    }
  }

  private static boolean mayInCluster(KubernetesClient client, String verb, String resource) {
    return may(client, verb, "whimbrel.dev", resource, null);
  }

  private void bind(String namespace, String clusterRole, String user) {
    admin
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName(user)
                .withNamespace(namespace)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", clusterRole)
                .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
                .build())
        .create();
  }

  private static boolean mayWhimbrel(
      KubernetesClient client, String verb, String resource, TestNamespace namespace) {
    return may(client, verb, "whimbrel.dev", resource, namespace.name());
  }

  private static boolean may(
      KubernetesClient client, String verb, String group, String resource, String namespace) {
    return client
        .authorization()
        .v1()
        .selfSubjectAccessReview()
        .create(
            new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withVerb(verb)
                .withGroup(group)
                .withResource(resource)
                .withNamespace(namespace)
                .endResourceAttributes()
                .endSpec()
                .build())
        .getStatus()
        .getAllowed();
  }

  private static Stream<PolicyRule> rules(HasMetadata manifest) {
    return switch (manifest) {
      case ClusterRole role -> role.getRules().stream();
      case Role role -> role.getRules().stream();
      default -> Stream.empty();
    };
  }

  private static <T> T only(Class<T> type, List<HasMetadata> manifests) {
    List<T> found = manifests.stream().filter(type::isInstance).map(type::cast).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }
}
