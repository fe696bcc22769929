package dev.whimbrel.analysis;

import dev.whimbrel.analysis.locks.StatementLocks;

/**
 * What a statement carries out: itself, or one of those that a DO block holds.
 *
 * @param locks what it locks
 * @param lasts whether it takes as long as a relation is large
 */
record Step(Node node, StatementLocks locks, boolean lasts) {}
