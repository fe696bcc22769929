package dev.whimbrel.testkit.google;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocket;

/**
 * What connectors and proxies speak to: TLS on port 3307 of every Cloud SQL instance, for those
 * with a client certificate of the instance, and behind it the bytes of PostgreSQL. A certificate
 * that was asked for with a token of IAM logs in the user which that token belongs to.
 */
final class ServerProxy implements AutoCloseable {

  /** Of every Cloud SQL instance. */
  static final int PORT = 3307;

  private final InstanceCertificates certificates;
  private final InetSocketAddress database;
  private final IamLogin iam;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile Optional<String> name = Optional.empty();

  private ServerProxy(
      InstanceCertificates certificates,
      InetSocketAddress database,
      IamLogin iam,
      ServerSocket listener) {
    this.certificates = certificates;
    this.database = database;
    this.iam = iam;
    this.listener = listener;
  }

  /**
   * Listens.
   *
   * @param address of the instance
   * @param database where sessions with a password go
   * @param iam where the others go
   */
  static ServerProxy start(
      String address, InstanceCertificates certificates, InetSocketAddress database, IamLogin iam) {
    try {
      ServerSocket listener = new ServerSocket();
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(InetAddress.getByName(address), PORT), 64);
      ServerProxy proxy = new ServerProxy(certificates, database, iam, listener);
      Thread.ofVirtual().name("server-proxy-accept").start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + address + ":" + PORT, e);
    }
  }

  /** From now on it shows a certificate with another name: it could be anybody. */
  void callYourself(String other) {
    name = Optional.of(other);
  }

  @Override
  public void close() {
    closeQuietly(listener);
    sockets.forEach(ServerProxy::closeQuietly);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().name("server-proxy").start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket plain) {
    sockets.add(plain);
    Socket server = null;
    try (plain;
        SSLSocket client =
            (SSLSocket)
                certificates
                    .server(name)
                    .getSocketFactory()
                    .createSocket(plain, null, plain.getPort(), true)) {
      client.setUseClientMode(false);
      client.setNeedClientAuth(true);
      client.startHandshake();
      Optional<String> login = certificates.login(client.getSession().getPeerCertificates()[0]);
      server = login.isPresent() ? iam.connect(client, login.get()) : connect();
      sockets.add(server);
      Socket to = server;
      Thread.ofVirtual().name("server-proxy-up").start(() -> pump(client, to));
      pump(server, client);
    } catch (IOException e) {
      // Refused, or gone: what the client sees of it is a closed connection, as of the real one.
    } finally {
      sockets.remove(plain);
      if (server != null) {
        sockets.remove(server);
        closeQuietly(server);
      }
    }
  }

  private Socket connect() throws IOException {
    Socket server = new Socket();
    server.connect(database);
    server.setTcpNoDelay(true);
    return server;
  }

  private static void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException e) {
      // The other direction ends with it.
    } finally {
      closeQuietly(to);
      closeQuietly(from);
    }
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // It is closed all the same.
    }
  }
}
