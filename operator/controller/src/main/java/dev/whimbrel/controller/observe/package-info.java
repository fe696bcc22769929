/**
 * Reads the cluster into a {@link dev.whimbrel.engine.World}. Jobs, approvals and labelled
 * ConfigMaps come from informers; migrations, plans and Leases are live reads; pods are watched one
 * Job at a time while it runs. Changes nothing.
 */
package dev.whimbrel.controller.observe;
