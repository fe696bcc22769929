package dev.whimbrel.testkit.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithControlPlane
class ControlPlaneIT {

  @Test
  void it_is_the_pinned_kubernetes(ControlPlane plane) {
    assertThat(plane.admin().getKubernetesVersion().getGitVersion())
        .isEqualTo("v" + KubernetesBinaries.VERSION);
    assertThat(plane.failure()).isEmpty();
  }

  @Test
  void a_job_gets_its_pod_and_an_owned_object_goes_with_its_owner(
      ControlPlane plane, TestNamespace namespace) {
    KubernetesClient client = plane.admin();
    Job job = client.resource(job(namespace.name())).create();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !client.pods().inNamespace(namespace.name()).list().getItems().isEmpty());
    client.resource(ownedBy(job)).create();

    client.resource(job).delete();

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          assertThat(client.pods().inNamespace(namespace.name()).list().getItems()).isEmpty();
          assertThat(client.configMaps().inNamespace(namespace.name()).withName("owned").get())
              .isNull();
        });
  }

  @Test
  void a_service_account_may_do_what_its_role_says_and_nothing_else(
      ControlPlane plane, TestNamespace namespace) {
    grantReadingConfigMaps(plane.admin(), namespace.name());
    KubernetesClient client = plane.asServiceAccount(namespace.name(), "reader");

    await()
        .untilAsserted(() ->
            assertThat(client.configMaps().inNamespace(namespace.name()).list().getItems())
                .extracting(map -> map.getMetadata().getName())
                .contains("kube-root-ca.crt"));
    assertThatThrownBy(() -> client.secrets().inNamespace(namespace.name()).list())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("system:serviceaccount:" + namespace.name() + ":reader")
        .hasMessageContaining("cannot list resource \"secrets\"");
  }

  @Test
  void a_user_is_known_by_name_and_group(ControlPlane plane) {
    KubernetesClient nobody = plane.asUser("ana@example.org", "whimbrel-approvers");

    assertThatThrownBy(() -> nobody.nodes().list())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("User \"ana@example.org\" cannot list resource \"nodes\"");
  }

  @Test
  void a_kubeconfig_file_leads_to_it(ControlPlane plane) {
    Config config = Config.fromKubeconfig(plane.adminKubeconfig().toFile());

    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      assertThat(client.namespaces().withName("default").get()).isNotNull();
    }
  }

  @Test
  void the_api_server_can_go_away_and_come_back_with_its_data(@TempDir Path directory) {
    try (ControlPlane plane = ControlPlane.start(directory)) {
      ConfigMap map =
          new ConfigMapBuilder().withNewMetadata().withName("kept").endMetadata().build();
      plane.admin().resource(map).inNamespace("default").create();

      plane.stopApiServer();
      assertThat(plane.failure())
          .hasValueSatisfying(it -> assertThat(it).contains("kube-apiserver"));
      plane.startApiServer();

      assertThat(plane.admin().configMaps().inNamespace("default").withName("kept").get())
          .isNotNull();
    }
  }

  private static void grantReadingConfigMaps(KubernetesClient client, String namespace) {
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("reader")
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();
    client
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withName("reader")
                .withNamespace(namespace)
                .endMetadata()
                .addNewRule()
                .withApiGroups("")
                .withResources("configmaps")
                .withVerbs("get", "list")
                .endRule()
                .build())
        .create();
    client
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName("reader")
                .withNamespace(namespace)
                .endMetadata()
                .withNewRoleRef()
                .withApiGroup("rbac.authorization.k8s.io")
                .withKind("Role")
                .withName("reader")
                .endRoleRef()
                .addNewSubject()
                .withKind("ServiceAccount")
                .withName("reader")
                .withNamespace(namespace)
                .endSubject()
                .build())
        .create();
  }

  private static ConfigMap ownedBy(Job job) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName("owned")
        .withNamespace(job.getMetadata().getNamespace())
        .addNewOwnerReference()
        .withApiVersion("batch/v1")
        .withKind("Job")
        .withName(job.getMetadata().getName())
        .withUid(job.getMetadata().getUid())
        .endOwnerReference()
        .endMetadata()
        .build();
  }

  private static Job job(String namespace) {
    return new JobBuilder()
        .withNewMetadata()
        .withName("one")
        .withNamespace(namespace)
        .endMetadata()
        .withNewSpec()
        .withNewTemplate()
        .withNewSpec()
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName("main")
        .withImage("example.org/none:1")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }
}
