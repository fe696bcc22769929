/**
 * The command {@code whimbrel}, for people and for pull requests: no cluster, no database. {@link
 * dev.whimbrel.cli.LintCommand} reads ({@code source}), judges ({@code review}) and prints ({@code
 * report}). What is judged by what is the analysis' business; here nothing is known of SQL.
 */
package dev.whimbrel.cli;
