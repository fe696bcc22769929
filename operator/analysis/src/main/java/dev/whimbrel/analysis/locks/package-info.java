/**
 * What statements lock, as measured: {@link dev.whimbrel.analysis.locks.LockTable} is the table
 * that {@code LockTableIT} writes by running each form of statement on PostgreSQL 13 to 18.
 *
 * <p>{@link dev.whimbrel.analysis.locks.MeasuredForm} puts the relations of a statement in the
 * place of those of the measurement; {@link dev.whimbrel.analysis.locks.StatementLocks} is what a
 * plan says.
 *
 * <p>Nothing in here is typed by hand but the forms themselves. {@link
 * dev.whimbrel.analysis.locks.LockTracer} is what measures: the table, and the SQL of a plan where
 * a migration asks for it.
 */
package dev.whimbrel.analysis.locks;
