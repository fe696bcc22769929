package dev.whimbrel.google.cloudsql;

import java.util.Optional;

/**
 * Where a direct PostgreSQL connection to an instance goes.
 *
 * @param host an IP address
 * @param port always 5432 on Cloud SQL
 * @param kind which of the instance's addresses it is
 */
public record InstanceAddress(String host, int port, Kind kind) {

  /** PostgreSQL's port on every Cloud SQL instance. */
  public static final int PORT = 5432;

  /** Which address of the instance. */
  public enum Kind {
    /** In the VPC. */
    PRIVATE,
    /** Public: reachable only from authorized networks. */
    PRIMARY
  }

  /**
   * The private address, or the public one of an instance that has no other; empty for an instance
   * without addresses (Private Service Connect only).
   */
  public static Optional<InstanceAddress> of(InstanceFacts facts) {
    return facts
        .privateIp()
        .map(ip -> new InstanceAddress(ip, PORT, Kind.PRIVATE))
        .or(() -> facts.primaryIp().map(ip -> new InstanceAddress(ip, PORT, Kind.PRIMARY)));
  }
}
