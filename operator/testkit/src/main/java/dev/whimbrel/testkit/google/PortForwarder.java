package dev.whimbrel.testkit.google;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes connections to one address on to a port of this machine. The address stays while the
 * server behind it is stopped and replaced: clients are then cut off or find nobody, as on Cloud
 * SQL during a restore.
 */
final class PortForwarder implements AutoCloseable {

  private final ServerSocket listener;
  private final int targetPort;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  private PortForwarder(ServerSocket listener, int targetPort) {
    this.listener = listener;
    this.targetPort = targetPort;
  }

  /**
   * Listens at once.
   *
   * @throws IOException when the address is taken or is none of this machine's
   */
  static PortForwarder listen(String address, int port, int targetPort) throws IOException {
    ServerSocket listener = new ServerSocket();
    try {
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(address, port));
    } catch (IOException e) {
      listener.close();
      throw new IOException(
          "cannot listen on %s:%d (%s)".formatted(address, port, e.getMessage()), e);
    }
    PortForwarder forwarder = new PortForwarder(listener, targetPort);
    Thread.ofVirtual().name("forward-" + address).start(forwarder::accept);
    return forwarder;
  }

  /** The address it listens on. */
  String address() {
    return listener.getInetAddress().getHostAddress();
  }

  /** The port it listens on. */
  int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() {
    close(listener);
    sockets.forEach(PortForwarder::close);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // Closed, which ends the loop, or one connection that broke before it was accepted.
        continue;
      }
    }
  }

  private void serve(Socket client) {
    sockets.add(client);
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), targetPort)) {
      sockets.add(server);
      try {
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Thread back = Thread.ofVirtual().start(() -> copy(server, client));
        copy(client, server);
        back.join();
      } finally {
        sockets.remove(server);
      }
    } catch (IOException e) {
      // The server is down: closing the client is all the answer there is.
      close(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(client);
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      // One side broke off: so does the other.
      close(from);
      close(to);
    }
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      // There is nothing left to do with a socket that does not close.
      return;
    }
  }
}
