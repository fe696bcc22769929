package dev.whimbrel.testkit.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("apiserver")
class InMemoryKubernetesIT {

  private static final String CRD =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: birds.example.org}
      spec:
        group: example.org
        scope: Namespaced
        names: {plural: birds, singular: bird, kind: Bird, listKind: BirdList}
        versions:
        - name: v1
          served: true
          storage: true
          subresources: {status: {}}
          schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      """;

  private static InMemoryKubernetes kubernetes;
  private static KubernetesClient client;

  @BeforeAll
  static void start() {
    kubernetes = InMemoryKubernetes.start(CRD);
    client = kubernetes.client();
  }

  @AfterAll
  static void stop() {
    kubernetes.close();
  }

  @Test
  void the_status_of_a_custom_resource_is_written_by_its_subresource_only() {
    GenericKubernetesResource bird = create("reporting");
    bird.setAdditionalProperty("spec", Map.of("wings", 2));
    bird.setAdditionalProperty("status", Map.of("flies", true));

    GenericKubernetesResource updated = client.resource(bird).update();
    assertThat(updated.getAdditionalProperties()).doesNotContainKey("status");
    updated.setAdditionalProperty("status", Map.of("flies", true));
    GenericKubernetesResource reported = client.resource(updated).updateStatus();

    assertThat(reported.<Boolean>get("status", "flies")).isTrue();
    assertThat(reported.getMetadata().getGeneration()).isEqualTo(2);
  }

  @Test
  void a_write_with_an_old_version_is_a_conflict() {
    GenericKubernetesResource first = create("conflict");
    GenericKubernetesResource second = client.resource(first).get();
    second.setAdditionalProperty("spec", Map.of("wings", 2));
    client.resource(second).lockResourceVersion().update();
    first.setAdditionalProperty("spec", Map.of("wings", 3));

    assertThatThrownBy(() ->
            client
                .resource(first)
                .lockResourceVersion(first.getMetadata().getResourceVersion())
                .update())
        .isInstanceOf(KubernetesClientException.class)
        .extracting(e -> ((KubernetesClientException) e).getCode())
        .isEqualTo(409);
  }

  @Test
  void a_merge_patch_replaces_lists_and_removes_what_is_null() {
    GenericKubernetesResource bird = create("merge");
    bird.setAdditionalProperty("status", Map.of("names", List.of("a", "b"), "old", 1));
    client.resource(bird).updateStatus();

    GenericKubernetesResource patched =
        client
            .resource(bird)
            .subresource("status")
            .patch(
                PatchContext.of(PatchType.JSON_MERGE),
                """
                {"status": {"names": ["c"], "old": null}}\
                """);

    assertThat(patched.<Map<String, Object>>get("status")).isEqualTo(Map.of("names", List.of("c")));
  }

  @Test
  void applying_creates_and_then_merges() {
    client.resource(map("applied", Map.of("a", "1"))).serverSideApply();
    client.resource(map("applied", Map.of("b", "2"))).serverSideApply();

    assertThat(client.configMaps().inNamespace("default").withName("applied").get().getData())
        .isEqualTo(Map.of("a", "1", "b", "2"));
  }

  @Test
  void a_watch_sees_what_another_client_does() {
    List<String> seen = new CopyOnWriteArrayList<>();
    try (Watch watch = client.configMaps().inNamespace("watched").watch(new Recorder(seen))) {
      KubernetesClient other = kubernetes.newClient();
      ConfigMap created =
          other.configMaps().inNamespace("watched").resource(map("w", Map.of())).create();
      other.resource(created).delete();

      await().until(() -> seen.equals(List.of("ADDED w", "DELETED w")));
    }
  }

  @Test
  void everybody_may_do_everything() {
    var review =
        client
            .resource(
                new SelfSubjectRulesReviewBuilder()
                    .withNewSpec()
                    .withNamespace("default")
                    .endSpec()
                    .build())
            .create();

    assertThat(review.getStatus().getResourceRules().getFirst().getVerbs()).containsExactly("*");
  }

  private static GenericKubernetesResource create(String name) {
    return client
        .genericKubernetesResources("example.org/v1", "Bird")
        .inNamespace("default")
        .resource(
            new io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder()
                .withApiVersion("example.org/v1")
                .withKind("Bird")
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .build())
        .create();
  }

  private static ConfigMap map(String name, Map<String, String> data) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(name.equals("w") ? "watched" : "default")
        .endMetadata()
        .withData(data)
        .build();
  }

  private record Recorder(List<String> seen) implements Watcher<ConfigMap> {
    @Override
    public void eventReceived(Action action, ConfigMap map) {
      seen.add(action + " " + map.getMetadata().getName());
    }

    @Override
    public void onClose(WatcherException cause) {
      seen.add("closed " + cause);
    }
  }
}
