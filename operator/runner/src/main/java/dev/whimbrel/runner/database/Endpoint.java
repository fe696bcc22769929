package dev.whimbrel.runner.database;

import dev.whimbrel.google.cloudsql.InstanceFacts;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * Where sessions go.
 *
 * @param host name or address
 * @param port TCP port
 * @param sslMode in the words of libpq
 * @param instance what Cloud SQL says of it; null for another server
 * @param connector what makes JDBC go through a connector; empty for straight to the host
 */
record Endpoint(
    String host, int port, String sslMode, InstanceFacts instance, Properties connector) {

  private static final int DEFAULT_PORT = 5432;

  static Endpoint of(Job job) {
    RunnerInput.Database database = job.input().database();
    if (database.instance() != null) {
      return CloudSqlEndpoint.of(job);
    }
    return new Endpoint(
        database.host(),
        database.port() == null ? DEFAULT_PORT : database.port(),
        database.sslMode() == null ? "verify-full" : database.sslMode(),
        null,
        new Properties());
  }

  String url(String database) {
    String address = host.contains(":") ? "[" + host + "]" : host;
    return "jdbc:postgresql://"
        + address
        + ":"
        + port
        + "/"
        + URLEncoder.encode(database, StandardCharsets.UTF_8);
  }
}
