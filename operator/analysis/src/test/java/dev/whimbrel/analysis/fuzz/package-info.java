/**
 * Statements that nobody would write, to see that the analysis neither fails, nor hangs, nor passes
 * in silence what it did not understand. A few of them run with the unit tests; {@code
 * StatementFuzz} runs for as long as one likes, in the profile {@code fuzz}.
 */
package dev.whimbrel.analysis.fuzz;
