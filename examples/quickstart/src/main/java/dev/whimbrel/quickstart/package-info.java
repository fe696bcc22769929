/**
 * One migration from apply to Succeeded before the reader's eyes. {@link
 * dev.whimbrel.quickstart.Tour} is the story; a {@link dev.whimbrel.quickstart.Cluster} is where it
 * plays; the {@link dev.whimbrel.quickstart.Screen} shows it. Not shipped: it may use the testkit.
 */
package dev.whimbrel.quickstart;
