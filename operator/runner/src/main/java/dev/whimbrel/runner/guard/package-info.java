/**
 * What protects live traffic while SQL runs: {@link dev.whimbrel.runner.guard.LockLadder} says how
 * long each attempt may wait for a lock, {@link dev.whimbrel.runner.guard.Guard} watches from a
 * second session whom we block, keeps the deadline, and stops the work in the database itself.
 */
package dev.whimbrel.runner.guard;
