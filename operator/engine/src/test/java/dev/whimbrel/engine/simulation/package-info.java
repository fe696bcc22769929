/**
 * The engine in a simulated world. One seed is one schedule: everything that happens, in which
 * order, and everything that goes wrong is drawn from it, in one thread and without real time, so
 * that a failing seed fails again. {@link dev.whimbrel.engine.simulation.Simulation} runs one
 * schedule; {@link dev.whimbrel.engine.simulation.Invariant} says what must hold in all of them.
 *
 * <p>Only the engine and {@link dev.whimbrel.engine.Reconciliation} are real. The API server, the
 * garbage collector, the Jobs with their runners, the database, Cloud SQL and the people are models
 * of what the real ones promise, and of how they fail.
 */
package dev.whimbrel.engine.simulation;
