/**
 * Reading: which files there are, in which order they run, what of them cannot be read. {@link
 * dev.whimbrel.cli.source.SourceReader} is the way in. What cannot be analysed becomes a finding,
 * never an omission.
 */
package dev.whimbrel.cli.source;
