package dev.whimbrel.testkit.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The node's own objects: the Node with its Ready condition, and the Lease that is its pulse. */
final class NodeRegistration {

  private static final String LEASES = "kube-node-lease";
  private static final int LEASE_SECONDS = 40;

  private final KubernetesClient client;
  private final SimulatedNodeOptions options;
  private final int kubeletPort;

  NodeRegistration(KubernetesClient client, SimulatedNodeOptions options, int kubeletPort) {
    this.client = client;
    this.options = options;
    this.kubeletPort = kubeletPort;
  }

  /** Creates the Node, or takes over one of this name that an earlier node left. */
  void register() {
    Map<String, String> labels = new HashMap<>(options.labels());
    labels.put("kubernetes.io/hostname", options.name());
    labels.put("kubernetes.io/os", "linux");
    Node node =
        new NodeBuilder()
            .withNewMetadata()
            .withName(options.name())
            .withLabels(labels)
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .build();
    if (client.nodes().withName(options.name()).get() == null) {
      client.resource(node).create();
    }
    beat();
  }

  /** Says that the node lives. */
  void beat() {
    client
        .nodes()
        .withName(options.name())
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON),
            Serialization.asJson(
                List.of(Map.of("op", "add", "path", "/status", "value", status()))));
    var leases = client.leases().inNamespace(LEASES);
    Lease current = leases.withName(options.name()).get();
    ZonedDateTime now = options.clock().instant().atZone(ZoneOffset.UTC);
    if (current == null) {
      leases.resource(lease(now)).create();
    } else {
      current.getSpec().setRenewTime(now);
      leases.resource(current).update();
    }
  }

  /** Takes the node out of the cluster, as far as the API server still answers. */
  void deregister() {
    try {
      client.nodes().withName(options.name()).delete();
      client.leases().inNamespace(LEASES).withName(options.name()).delete();
    } catch (KubernetesClientException e) {
      System.err.println("simulated node " + options.name() + " not deregistered: " + e);
    }
  }

  private Lease lease(ZonedDateTime now) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(options.name())
        .withNamespace(LEASES)
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(options.name())
        .withLeaseDurationSeconds(LEASE_SECONDS)
        .withRenewTime(now)
        .endSpec()
        .build();
  }

  private NodeStatus status() {
    Map<String, Quantity> capacity =
        Map.of(
            "cpu", new Quantity("64"),
            "memory", new Quantity("256Gi"),
            "ephemeral-storage", new Quantity("1Ti"),
            "pods", new Quantity("1000"));
    String now = PodStatusReport.time(options.clock().instant());
    return new NodeStatusBuilder()
        .withCapacity(capacity)
        .withAllocatable(capacity)
        .addNewAddress("127.0.0.1", "InternalIP")
        .addNewAddress(options.name(), "Hostname")
        .withNewDaemonEndpoints()
        .withNewKubeletEndpoint(kubeletPort)
        .endDaemonEndpoints()
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .withReason("KubeletReady")
        .withMessage("the simulated node is posting ready status")
        .withLastHeartbeatTime(now)
        .withLastTransitionTime(now)
        .endCondition()
        .withNewNodeInfo()
        .withArchitecture("amd64")
        .withBootID("simulated")
        .withContainerRuntimeVersion("simulated://1")
        .withKernelVersion("simulated")
        .withKubeProxyVersion("")
        .withKubeletVersion("v1.35.4-simulated")
        .withMachineID("simulated")
        .withOperatingSystem("linux")
        .withOsImage("simulated")
        .withSystemUUID("simulated")
        .endNodeInfo()
        .build();
  }
}
