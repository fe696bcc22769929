package dev.whimbrel.google;

/** How the words of others are set into sentences of ours. */
public final class Wording {

  private Wording() {}

  /** A sentence without its full stop, to go on after it. */
  public static String withoutStop(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  /** What lies at the bottom of an error: its type, and its message where it has one. */
  public static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String said = root.getMessage() == null ? "" : ": " + root.getMessage();
    return root.getClass().getSimpleName() + said;
  }
}
