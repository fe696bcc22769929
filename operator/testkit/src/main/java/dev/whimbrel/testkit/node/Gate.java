package dev.whimbrel.testkit.node;

/** Whether the node can reach the API server; everything that would talk to it waits here. */
final class Gate {

  private boolean open = true;

  synchronized void close() {
    open = false;
  }

  synchronized void open() {
    open = true;
    notifyAll();
  }

  synchronized boolean isOpen() {
    return open;
  }

  synchronized void pass() throws InterruptedException {
    while (!open) {
      wait();
    }
  }
}
