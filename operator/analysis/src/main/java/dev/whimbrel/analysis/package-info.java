/**
 * What SQL statements risk. {@link dev.whimbrel.analysis.Tokenizer} cuts a script into {@link
 * dev.whimbrel.analysis.Statement}s, {@link dev.whimbrel.analysis.pgquery.PgQuery} parses each of
 * them once, into the {@link dev.whimbrel.analysis.Trees} that all share who look at a plan, {@link
 * dev.whimbrel.analysis.RiskRules} judges one by its parse tree, and {@link
 * dev.whimbrel.analysis.RiskAssessment} judges a whole plan. Tokens tell where something stands in
 * the text, and trees what it means. What earlier statements may have changed, {@link
 * dev.whimbrel.analysis.Changes} tells.
 *
 * <p>Pure: no I/O, no clock, no database. What the rules do not know is Medium, never Low.
 */
package dev.whimbrel.analysis;
