/**
 * Printing a review, each format by one class that implements {@link
 * dev.whimbrel.cli.report.Report}.
 */
package dev.whimbrel.cli.report;
