/**
 * What has to hold besides the revision: queries, requests, row counts and response times. {@link
 * dev.whimbrel.runner.verify.BaselineReader} measures just before the first statement and lets
 * nothing start that is broken already; {@link dev.whimbrel.runner.verify.Verification} measures
 * again and compares. The results hold no header, no body and no row.
 */
package dev.whimbrel.runner.verify;
