package dev.whimbrel.testkit.realnode;

import dev.whimbrel.testkit.process.HostCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a node is built on: a bridge with an address by which pods reach this machine, cgroups, a
 * state folder, and the watchdog that takes all of it down.
 *
 * <p>Exists before the node, because the API server has to listen on the bridge.
 */
final class NodeHost implements AutoCloseable {

  private static final int TAKE_DOWN_SECONDS = 30;

  private final Process watchdog;
  private final OutputStream orders;
  private final Path state;
  private final Path logs;
  private final String[] identity;

  private NodeHost(Process watchdog, Path state, Path logs, String[] identity) {
    this.watchdog = watchdog;
    this.orders = watchdog.getOutputStream();
    this.state = state;
    this.logs = logs;
    this.identity = identity;
  }

  /**
   * Claims a number, a subnet, a bridge and cgroups.
   *
   * @param logs an existing folder for the logs, which outlive the node
   * @throws IllegalStateException when the machine refuses, with the watchdog's output
   */
  static NodeHost claim(Path logs) {
    try {
      Path state = Files.createTempDirectory("whimbrel-real-node");
      Path watch = script(state, "node-watch.sh");
      Path init = script(state, "node-init.sh");
      Path log = logs.resolve("node.log");
      Process process =
          new ProcessBuilder(
                  List.of(
                      "sh", watch.toString(), state.toString(), init.toString(), logs.toString()))
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
      String line = output.readLine();
      if (line == null) {
        process.waitFor();
        throw new IllegalStateException(
            "cannot set up the network and cgroups of a node:\n" + HostCommand.end(log));
      }
      return new NodeHost(process, state, logs, line.split(" "));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot set up a node", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while setting up a node", e);
    }
  }

  private static Path script(Path state, String name) throws IOException {
    try (InputStream script = NodeHost.class.getResourceAsStream(name)) {
      Path file = state.resolve(name);
      Files.write(file, script.readAllBytes());
      return file;
    }
  }

  /** Unique among the nodes of this machine; also the third byte of the subnet. */
  String number() {
    return identity[0];
  }

  /** The address of this machine that pods reach. */
  String address() {
    return identity[1];
  }

  /** The first three bytes of the pods' addresses, as in {@code 10.189.7}. */
  String subnetPrefix() {
    return address().substring(0, address().lastIndexOf('.'));
  }

  /** The name of the bridge, which is also that of the cgroup. */
  String bridge() {
    return identity[2];
  }

  /** The folder of everything the node writes; deleted in the end. */
  Path state() {
    return state;
  }

  /** The folder of the logs. */
  Path logs() {
    return logs;
  }

  /** Starts the node's processes. */
  void start() {
    order("start");
  }

  /** Ends all processes of the node at once, containers included, as a power cut does. */
  void kill() {
    order("kill");
  }

  private synchronized void order(String word) {
    try {
      orders.write((word + "\n").getBytes(StandardCharsets.US_ASCII));
      orders.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the node's watchdog has ended; see " + logs.resolve("node.log"), e);
    }
  }

  /** Takes everything down; returns when nothing is left. */
  @Override
  public void close() {
    try {
      orders.close();
      if (!watchdog.waitFor(TAKE_DOWN_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "the node %s is not taken down after %d s; see %s"
                .formatted(bridge(), TAKE_DOWN_SECONDS, logs.resolve("node.log")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      // The watchdog goes on by itself.
      Thread.currentThread().interrupt();
    }
  }
}
