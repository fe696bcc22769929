package dev.whimbrel.quickstart.stage;

/**
 * What every story is given.
 *
 * @param screen shows it
 * @param answers what the reader types
 * @param log what the operator logs meanwhile
 * @param cleanup ends what the story starts
 */
public record Backstage(Screen screen, Answers answers, OperatorLog log, Cleanup cleanup) {}
