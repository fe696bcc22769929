/**
 * The state machine. {@link dev.whimbrel.engine.Engine#decide} takes the observed {@link
 * dev.whimbrel.engine.World} and the time, and answers with a {@link dev.whimbrel.engine.Decision}:
 * the next status, and the {@link dev.whimbrel.engine.Effect}s to carry out once that status is
 * persisted. One file per phase ({@code PlanningPhase}, {@code MigratingPhase}, …) holds all there
 * is to know of it; {@link dev.whimbrel.engine.Phase} lists the legal transitions.
 *
 * <p>{@link dev.whimbrel.engine.Reconciliation} fixes the order: observe, decide, persist, act. The
 * controller gives it a real cluster, the simulation a faulty one.
 *
 * <p>Pure: no I/O, no clock, no chance, no framework.
 */
package dev.whimbrel.engine;
