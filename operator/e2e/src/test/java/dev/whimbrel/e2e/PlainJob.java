package dev.whimbrel.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A Job of our image without the operator, as strict as the operator's own. */
record PlainJob(KubernetesClient client, String namespace, String name) {

  private static final long LIMIT_SECONDS = 60;

  static PlainJob create(
      Surroundings surroundings,
      String namespace,
      String name,
      List<String> arguments,
      Map<String, String> environment) {
    Job job =
        new JobBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(namespace)
            .endMetadata()
            .withNewSpec()
            .withBackoffLimit(0)
            .withNewTemplate()
            .withNewSpec()
            .withRestartPolicy("Never")
            .withAutomountServiceAccountToken(false)
            .withNewSecurityContext()
            .withRunAsNonRoot(true)
            .withNewSeccompProfile()
            .withType("RuntimeDefault")
            .endSeccompProfile()
            .endSecurityContext()
            .addNewVolume()
            .withName("tmp")
            .withNewEmptyDir()
            .endEmptyDir()
            .endVolume()
            .addNewContainer()
            .withName("runner")
            .withImage(surroundings.image())
            .withImagePullPolicy("IfNotPresent")
            .withArgs(arguments)
            .withEnv(
                environment.entrySet().stream()
                    .map(entry ->
                        new io.fabric8.kubernetes.api.model.EnvVar(
                            entry.getKey(), entry.getValue(), null))
                    .toList())
            .addNewVolumeMount()
            .withName("tmp")
            .withMountPath("/tmp")
            .endVolumeMount()
            .withNewSecurityContext()
            .withReadOnlyRootFilesystem(true)
            .withAllowPrivilegeEscalation(false)
            .withNewCapabilities()
            .withDrop("ALL")
            .endCapabilities()
            .endSecurityContext()
            .endContainer()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();
    surroundings.client().resource(job).create();
    return new PlainJob(surroundings.client(), namespace, name);
  }

  /** Waits until the container has ended; returns its exit code. */
  int exitCode() {
    client
        .pods()
        .inNamespace(namespace)
        .withLabel("job-name", name)
        .waitUntilCondition(PlainJob::ended, LIMIT_SECONDS, TimeUnit.SECONDS);
    return pod()
        .getStatus()
        .getContainerStatuses()
        .getFirst()
        .getState()
        .getTerminated()
        .getExitCode();
  }

  /** What the container wrote as its termination message; empty if nothing. */
  String terminationMessage() {
    String message =
        pod().getStatus().getContainerStatuses().getFirst().getState().getTerminated().getMessage();
    return Objects.requireNonNullElse(message, "");
  }

  /** The container's log. */
  String log() {
    return client.pods().inNamespace(namespace).withName(pod().getMetadata().getName()).getLog();
  }

  private Pod pod() {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel("job-name", name)
        .list()
        .getItems()
        .getFirst();
  }

  private static boolean ended(Pod pod) {
    return pod != null
        && !pod.getStatus().getContainerStatuses().isEmpty()
        && pod.getStatus().getContainerStatuses().getFirst().getState().getTerminated() != null;
  }
}
