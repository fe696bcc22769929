/**
 * What has to be right before a plan is made: each check with its result, and what mends it. All
 * checks are read-only and run as the identity that will migrate, from where it will.
 *
 * <p>Start with {@link dev.whimbrel.runner.preflight.PreflightTable}.
 */
package dev.whimbrel.runner.preflight;
