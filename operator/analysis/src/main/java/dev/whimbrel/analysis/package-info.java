/**
 * What SQL statements risk. {@link dev.whimbrel.analysis.Tokenizer} cuts a script into {@link
 * dev.whimbrel.analysis.Statement}s, {@link dev.whimbrel.analysis.pgquery.PgQuery} parses each of
 * them once for a {@link dev.whimbrel.analysis.ParsedPlan}, {@link dev.whimbrel.analysis.RiskRules}
 * judges one by its parse tree, and {@link dev.whimbrel.analysis.RiskAssessment} judges a whole
 * plan. What earlier statements may have changed, {@link dev.whimbrel.analysis.Changes} tells.
 *
 * <p>Pure: no I/O, no clock, no database. What the rules do not know is Medium, never Low.
 */
package dev.whimbrel.analysis;
