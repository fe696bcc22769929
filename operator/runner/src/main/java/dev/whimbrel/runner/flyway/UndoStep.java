package dev.whimbrel.runner.flyway;

import dev.whimbrel.runner.tool.Revision;

/**
 * One revision that is to be undone.
 *
 * @param row of the history; it goes with the revision
 * @param file what undoes it
 * @param revision the undo, as a plan shows it
 */
record UndoStep(HistoryTable.Row row, SourceFile file, Revision revision) {}
