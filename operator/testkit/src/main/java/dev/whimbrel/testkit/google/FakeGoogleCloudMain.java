package dev.whimbrel.testkit.google;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * The fake as a process of its own, for a cluster: one instance, one database, until it is
 * terminated.
 *
 * <pre>
 *   --instance p1:us-central1:orders   connection name (required)
 *   --database orders                  database to create (default: app)
 *   --user orders                      its owner (default: app); the password is read from the
 *                                      environment variable FAKE_DATABASE_PASSWORD (default: app)
 *   --bind 0.0.0.0                     address to listen on (default: 127.0.0.1)
 *   --port 8080                        port of the APIs (default: 8080); PostgreSQL has 5432
 *   --advertise-host fake-google       what clients call the APIs (default: the bind address)
 *   --advertise-ip 10.96.0.17          private IP of the instance (default: the bind address)
 *   --running-seconds 3                how long operations run (default: 2)
 * </pre>
 *
 * <p>When all is ready it prints one line, {@code ready} and the root URL of the APIs.
 */
public final class FakeGoogleCloudMain {

  private static final Set<String> OPTIONS =
      Set.of(
          "instance",
          "database",
          "user",
          "bind",
          "port",
          "advertise-host",
          "advertise-ip",
          "running-seconds");

  private FakeGoogleCloudMain() {}

  /** Runs until terminated. */
  public static void main(String[] args) throws IOException, SQLException, InterruptedException {
    Map<String, String> given = parse(List.of(args));
    if (!given.containsKey("instance")) {
      throw new IllegalArgumentException("--instance project:region:instance is missing");
    }
    String bind = given.getOrDefault("bind", "127.0.0.1");
    FakeGoogleCloudOptions options =
        FakeGoogleCloudOptions.local()
            .listeningOn(bind, Integer.parseInt(given.getOrDefault("port", "8080")));
    if (given.containsKey("advertise-host")) {
      options = options.advertising(given.get("advertise-host"));
    }
    FakeInstanceOptions wanted = FakeInstanceOptions.of(given.get("instance")).listeningOn(bind);
    if (given.containsKey("advertise-ip")) {
      wanted = wanted.advertising(given.get("advertise-ip"));
    }

    CountDownLatch terminated = new CountDownLatch(1);
    CountDownLatch cleanedUp = new CountDownLatch(1);
    Thread hook =
        new Thread(() -> {
          terminated.countDown();
          await(cleanedUp);
        });
    try (FakeGoogleCloud cloud = FakeGoogleCloud.start(options)) {
      Runtime.getRuntime().addShutdownHook(hook);
      FakeInstance instance = cloud.createInstance(wanted);
      instance.createDatabase(
          given.getOrDefault("database", "app"),
          given.getOrDefault("user", "app"),
          System.getenv().getOrDefault("FAKE_DATABASE_PASSWORD", "app"));
      instance
          .behavior()
          .operationsTake(
              Duration.ZERO,
              Duration.ofSeconds(Long.parseLong(given.getOrDefault("running-seconds", "2"))));
      System.out.println("ready " + cloud.endpoint());
      terminated.await();
    } finally {
      cleanedUp.countDown();
    }
  }

  private static Map<String, String> parse(List<String> args) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < args.size(); i += 2) {
      String name = args.get(i).replaceFirst("^--", "");
      if (!args.get(i).startsWith("--") || !OPTIONS.contains(name) || i + 1 == args.size()) {
        throw new IllegalArgumentException(
            "\"%s\" is not understood: write --name value with one of %s"
                .formatted(args.get(i), OPTIONS.stream().sorted().toList()));
      }
      given.put(name, args.get(i + 1));
    }
    return given;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(10, java.util.concurrent.TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
