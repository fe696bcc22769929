/**
 * Kubernetes API servers for tests and examples: {@link
 * dev.whimbrel.testkit.kubernetes.ControlPlane} is the real thing (etcd, kube-apiserver and
 * kube-controller-manager, built from pinned Go modules by {@link
 * dev.whimbrel.testkit.kubernetes.KubernetesBinaries}), {@link
 * dev.whimbrel.testkit.kubernetes.InMemoryKubernetes} the fast one without validation, admission,
 * permissions or controllers.
 *
 * <p>Neither has nodes. {@code dev.whimbrel.testkit.node} adds a simulated one to either.
 */
package dev.whimbrel.testkit.kubernetes;
