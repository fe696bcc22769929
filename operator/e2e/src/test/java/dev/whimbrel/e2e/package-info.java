/**
 * The whole product on a real kubelet: the image that ships, the chart that ships, pods with
 * networks, users and limits.
 *
 * <p>Every test class carries {@link dev.whimbrel.e2e.NodeRung} and takes its {@link
 * dev.whimbrel.e2e.Surroundings} as a parameter. They are a node of our own (Linux, root) or, with
 * {@code -Dwhimbrel.cluster=kind}, the cluster of the current kubeconfig context.
 */
package dev.whimbrel.e2e;
