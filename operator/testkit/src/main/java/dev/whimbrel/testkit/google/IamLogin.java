package dev.whimbrel.testkit.google;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Automatic IAM database authentication: PostgreSQL lets the users of IAM in without a password
 * where they come from one address, and only this class comes from there.
 *
 * @param database PostgreSQL itself
 * @param permitted whether the caller has {@code cloudsql.instances.login}
 */
record IamLogin(InetSocketAddress database, BooleanSupplier permitted) {

  /** The address: on Linux every 127.x.y.z is this machine's. */
  static final String ADDRESS = "127.0.8.1";

  /** The role that Cloud SQL gives to service accounts. */
  static final String GROUP = "cloudsqliamserviceaccount";

  private static final int HEADER = 8;
  private static final int LONGEST_STARTUP = 10_000;
  private static final int ENCRYPTION_BY_SSL = 80_877_103;
  private static final int ENCRYPTION_BY_GSS = 80_877_104;
  private static final int CANCEL = 80_877_102;

  /** The database user of a service account: its address without the end. */
  static String user(String serviceAccount) {
    return serviceAccount.replaceFirst("\\.gserviceaccount\\.com$", "");
  }

  /**
   * Reads who wants to log in, and lets the caller itself in.
   *
   * @param login the user that the caller is
   * @return the session, to which the client's first message has been sent
   * @throws IOException where it is somebody else, who has been told
   */
  Socket connect(Socket client, String login) throws IOException {
    DataInputStream in = new DataInputStream(client.getInputStream());
    byte[] first = firstMessage(in, client.getOutputStream());
    ByteBuffer message = ByteBuffer.wrap(first);
    boolean cancels = message.getInt(Integer.BYTES) == CANCEL;
    String user = cancels ? login : parameters(message).getOrDefault("user", "");
    if (!user.equals(login) || !permitted.getAsBoolean()) {
      refuse(client, user);
      throw new IOException("IAM does not let " + user + " in");
    }
    Socket server = new Socket();
    server.bind(new InetSocketAddress(InetAddress.getByName(ADDRESS), 0));
    server.connect(database);
    server.setTcpNoDelay(true);
    server.getOutputStream().write(first);
    server.getOutputStream().flush();
    return server;
  }

  /** Within the tunnel there is nothing more to encrypt. */
  private static byte[] firstMessage(DataInputStream in, OutputStream out) throws IOException {
    while (true) {
      int length = in.readInt();
      int code = in.readInt();
      if (length < HEADER || length > LONGEST_STARTUP) {
        throw new IOException("that is not PostgreSQL's protocol");
      }
      if (code == ENCRYPTION_BY_SSL || code == ENCRYPTION_BY_GSS) {
        out.write('N');
        out.flush();
        continue;
      }
      byte[] message = new byte[length];
      ByteBuffer.wrap(message).putInt(length).putInt(code);
      in.readFully(message, HEADER, length - HEADER);
      return message;
    }
  }

  private static Map<String, String> parameters(ByteBuffer startup) {
    String[] words =
        new String(startup.array(), HEADER, startup.array().length - HEADER, StandardCharsets.UTF_8)
            .split("\0", -1);
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i + 1 < words.length && !words[i].isEmpty(); i += 2) {
      parameters.put(words[i], words[i + 1]);
    }
    return parameters;
  }

  /** In the words of users' reports; with which SQLSTATE is not recorded anywhere. */
  private static void refuse(Socket client, String user) throws IOException {
    String text = "Cloud SQL IAM service account authentication failed for user \"" + user + "\"";
    byte[] fields = ("SFATAL\0VFATAL\0C28000\0M" + text + "\0\0").getBytes(StandardCharsets.UTF_8);
    ByteBuffer message = ByteBuffer.allocate(1 + Integer.BYTES + fields.length);
    message.put((byte) 'E').putInt(Integer.BYTES + fields.length).put(fields);
    client.getOutputStream().write(message.array());
    client.getOutputStream().flush();
  }
}
