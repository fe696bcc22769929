/**
 * Carries out the effects that the engine decided on, each idempotent. The only room from which the
 * operator writes to the cluster, besides the status in {@link
 * dev.whimbrel.controller.LiveCluster}.
 */
package dev.whimbrel.controller.act;
