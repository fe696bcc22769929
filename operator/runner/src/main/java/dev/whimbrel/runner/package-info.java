/**
 * The program inside the Jobs. {@link dev.whimbrel.runner.Runner} reads its {@link
 * dev.whimbrel.protocol.RunnerInput}, carries out its steps in order ({@code steps}), and writes
 * one {@link dev.whimbrel.protocol.RunnerResult}.
 *
 * <p>The rooms: {@code steps} has one class per step; {@code flyway} reads sources and history and
 * executes revisions; {@code guard} protects live traffic meanwhile; {@code database} holds
 * sessions and what is read from catalogs. Only this module touches databases.
 */
package dev.whimbrel.runner;
