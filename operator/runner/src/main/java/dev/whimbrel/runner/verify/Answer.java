package dev.whimbrel.runner.verify;

/** What became of one request. */
sealed interface Answer {

  /**
   * As expected.
   *
   * @param nanos from the request to the last byte of the body that was read
   */
  record Good(long nanos) implements Answer {}

  /**
   * Not as expected.
   *
   * @param why for people; holds no header and no body
   * @param lasting whether trying again cannot help
   */
  record Bad(String why, boolean lasting) implements Answer {}
}
