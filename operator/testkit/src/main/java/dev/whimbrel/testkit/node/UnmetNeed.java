package dev.whimbrel.testkit.node;

/** Something that a container or a volume needs is not there yet; the message is a kubelet's. */
final class UnmetNeed extends Exception {

  private static final long serialVersionUID = 1L;

  UnmetNeed(String message) {
    super(message);
  }
}
