package dev.whimbrel.testkit.google;

import java.time.Clock;
import java.util.Optional;

/**
 * Where and how the fake runs.
 *
 * @param bindAddress where its HTTP server listens; loopback unless pods must reach it
 * @param port of the HTTP server, 0 for any
 * @param advertisedHost what clients call it, where that differs from {@code bindAddress}
 * @param project the project that the metadata server names
 * @param serviceAccount who the metadata server's token belongs to
 * @param clock its clock
 */
public record FakeGoogleCloudOptions(
    String bindAddress,
    int port,
    Optional<String> advertisedHost,
    String project,
    String serviceAccount,
    Clock clock) {

  /** On the loopback interface, any port, the system's clock. */
  public static FakeGoogleCloudOptions local() {
    return new FakeGoogleCloudOptions(
        "127.0.0.1",
        0,
        Optional.empty(),
        "p1",
        "whimbrel-runner@p1.iam.gserviceaccount.com",
        Clock.systemUTC());
  }

  /** The same with another clock. */
  public FakeGoogleCloudOptions withClock(Clock newClock) {
    return new FakeGoogleCloudOptions(
        bindAddress, port, advertisedHost, project, serviceAccount, newClock);
  }

  /** The same, listening elsewhere: say, on an address of the node that its pods reach. */
  public FakeGoogleCloudOptions listeningOn(String address, int newPort) {
    return new FakeGoogleCloudOptions(
        address, newPort, advertisedHost, project, serviceAccount, clock);
  }

  /** The same under a name of its own: say, a Kubernetes Service's. */
  public FakeGoogleCloudOptions advertising(String host) {
    return new FakeGoogleCloudOptions(
        bindAddress, port, Optional.of(host), project, serviceAccount, clock);
  }
}
