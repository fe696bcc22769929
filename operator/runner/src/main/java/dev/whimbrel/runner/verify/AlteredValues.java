package dev.whimbrel.runner.verify;

import dev.whimbrel.analysis.AlteredColumn;

/**
 * The values of a column that the migration alters, before it.
 *
 * @param table as the spec spells it
 * @param column which
 * @param before how many of its values were not null
 */
record AlteredValues(String table, AlteredColumn column, RowCount before) {}
