/**
 * One migration from apply to Succeeded before the reader's eyes. {@link
 * dev.whimbrel.quickstart.Tour} is the story; where it plays and how it is shown is the matter of
 * package {@code stage}. Not shipped: it may use the testkit.
 */
package dev.whimbrel.quickstart;
