/**
 * The operator process: a JOSDK shell around the pure engine. {@link
 * dev.whimbrel.controller.MigrationReconciler} dispatches one pass of {@link
 * dev.whimbrel.engine.Reconciliation} and nothing else; {@code observe} reads the cluster, {@code
 * act} carries effects out, {@code process} is what surrounds them (command line, health, metrics,
 * leader election).
 *
 * <p>Talks to the Kubernetes API and to nothing else, and reads no Secrets.
 */
package dev.whimbrel.controller;
