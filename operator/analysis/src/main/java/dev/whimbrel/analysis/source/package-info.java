/**
 * Where scripts come from, as far as that is a matter of text: what Flyway's file names,
 * placeholders and configuration files mean, and which revision a line of Alembic's {@code --sql}
 * belongs to. The runner and the command line read the same sources by it.
 */
package dev.whimbrel.analysis.source;
