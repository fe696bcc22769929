/**
 * A real node: kubelet, containerd and runc beside a {@link
 * dev.whimbrel.testkit.kubernetes.ControlPlane}, without Docker, on Linux as root.
 *
 * <p>Start with {@link dev.whimbrel.testkit.realnode.RealCluster}. Whatever a node leaves in a
 * kernel (mounts, network namespaces, a bridge, cgroups, processes) is held by one watchdog process
 * and goes with it, however this JVM ends.
 */
package dev.whimbrel.testkit.realnode;
