/**
 * What a plan is told of the live database beyond its history: {@link
 * dev.whimbrel.runner.catalog.SchemaReader} reads the relations that its statements touch, {@link
 * dev.whimbrel.runner.catalog.Occupants} who is at work on them, and {@link
 * dev.whimbrel.runner.catalog.Survey} puts both together for the plan.
 *
 * <p>Everything here is read-only, takes no lock that a statement could wait for, is bound by
 * timeouts, and never fails a plan: what cannot be read is not known, and the plan says so.
 */
package dev.whimbrel.runner.catalog;
