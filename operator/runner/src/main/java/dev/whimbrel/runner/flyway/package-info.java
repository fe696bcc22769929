/**
 * Flyway inside the runner, behind {@link dev.whimbrel.runner.flyway.FlywayTool}: {@link
 * dev.whimbrel.runner.flyway.FlywaySource} reads the mounted ConfigMaps once, {@link
 * dev.whimbrel.runner.flyway.Planner} checks the history and renders what is pending, {@link
 * dev.whimbrel.runner.flyway.RevisionRunner} executes one revision. The bytes that were hashed are
 * the bytes that run, because Flyway gets them from memory.
 */
package dev.whimbrel.runner.flyway;
