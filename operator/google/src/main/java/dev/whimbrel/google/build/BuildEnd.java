package dev.whimbrel.google.build;

/** What became of a build that was wanted. */
public sealed interface BuildEnd {

  /**
   * Cloud Build says how it ended.
   *
   * @param build with a terminal status
   * @param cancelled whether its end was asked for
   */
  record Ended(BuildRecord build, boolean cancelled) implements BuildEnd {}

  /**
   * There is no build, or nobody can say what becomes of it.
   *
   * @param permanent whether trying again does not help
   * @param reason one word in CamelCase
   * @param message for the user: what happened and what to do
   */
  record None(boolean permanent, String reason, String message) implements BuildEnd {}
}
