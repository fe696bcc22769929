/**
 * Cloud Run: who serves which part of a service's traffic, and how that is put back to what was
 * recorded. Four calls in JSON, for which a library of its own would be too much.
 *
 * <p>Start with {@link dev.whimbrel.google.run.TrafficControl}.
 */
package dev.whimbrel.google.run;
