package dev.whimbrel.testkit.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy that gives a server another address and lets its network fail.
 *
 * <p>It can stand for an instance of its own: on Linux every 127.x.y.z is this machine, so {@code
 * TcpProxy.start("127.0.0.7", 5432, ...)} is one more PostgreSQL on its usual port.
 */
public final class TcpProxy implements AutoCloseable {

  private static final int BUFFER = 16 * 1024;

  private final InetAddress address;
  private final int port;
  private final InetSocketAddress target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Object traffic = new Object();
  private ServerSocket listener;
  private boolean hanging;
  private boolean closed;

  private TcpProxy(InetAddress address, int port, InetSocketAddress target) throws IOException {
    this.address = address;
    this.target = target;
    this.listener = listen(address, port);
    this.port = listener.getLocalPort();
    acceptFrom(listener);
  }

  /**
   * Listens on {@code address}:{@code port} and forwards to 127.0.0.1:{@code targetPort}.
   *
   * @param port 0 for any free one
   * @throws UncheckedIOException when the address is taken or not this machine's
   */
  public static TcpProxy start(String address, int port, int targetPort) {
    try {
      return new TcpProxy(
          InetAddress.getByName(address),
          port,
          new InetSocketAddress(InetAddress.getByName("127.0.0.1"), targetPort));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + address + ":" + port, e);
    }
  }

  /** The address it listens on. */
  public String address() {
    return address.getHostAddress();
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** How many client connections are open. */
  public int connections() {
    return sockets.size() / 2;
  }

  /** Everything works: bytes flow, new connections are taken. */
  public void forward() {
    synchronized (traffic) {
      hanging = false;
      traffic.notifyAll();
      if (listener.isClosed() && !closed) {
        try {
          listener = listen(address, port);
          acceptFrom(listener);
        } catch (IOException e) {
          throw new UncheckedIOException("cannot listen again on " + address + ":" + port, e);
        }
      }
    }
  }

  /** Resets every open connection, as a failing peer does; new ones are taken. */
  public void cut() {
    for (Socket socket : sockets) {
      reset(socket);
    }
  }

  /** No byte moves any more in either direction, on old and new connections, until forward. */
  public void hang() {
    synchronized (traffic) {
      hanging = true;
    }
  }

  /** New connections are refused; open ones go on. */
  public void refuse() {
    synchronized (traffic) {
      close(listener);
    }
  }

  /** Resets all connections and stops listening. */
  @Override
  public void close() {
    synchronized (traffic) {
      closed = true;
      hanging = false;
      close(listener);
      traffic.notifyAll();
    }
    cut();
  }

  private static ServerSocket listen(InetAddress address, int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(address, port), 64);
    return socket;
  }

  private void acceptFrom(ServerSocket source) {
    Thread.ofVirtual().name("tcp-proxy-accept").start(() -> accept(source));
  }

  private void accept(ServerSocket source) {
    while (!source.isClosed()) {
      try {
        Socket client = source.accept();
        Thread.ofVirtual().name("tcp-proxy-connect").start(() -> connect(client));
      } catch (IOException e) {
        // Closed by refuse or close; anything else would end the listener as well.
        return;
      }
    }
  }

  private void connect(Socket client) {
    sockets.add(client);
    Socket server = new Socket();
    sockets.add(server);
    try {
      awaitTraffic();
      server.connect(target);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Thread.ofVirtual().name("tcp-proxy-up").start(() -> pump(client, server));
      pump(server, client);
    } catch (IOException e) {
      // The target is away: a client of it would have been reset too.
      reset(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(client);
      sockets.remove(server);
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitTraffic();
        out.write(buffer, 0, read);
      }
      awaitTraffic();
      to.shutdownOutput();
    } catch (IOException e) {
      // One side is gone; the other must not believe otherwise.
      reset(from);
      reset(to);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitTraffic() throws InterruptedException {
    synchronized (traffic) {
      while (hanging) {
        traffic.wait();
      }
    }
  }

  /** Closes with RST instead of FIN. */
  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (SocketException e) {
      // Closed already, or not connected: then there is nobody to reset.
    }
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }
}
