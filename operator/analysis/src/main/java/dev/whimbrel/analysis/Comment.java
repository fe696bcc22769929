package dev.whimbrel.analysis;

/**
 * A comment that stands on lines of its own before a statement.
 *
 * @param text without its marks
 * @param line in the script where it begins, from 1
 */
public record Comment(String text, int line) {}
