package dev.whimbrel.testkit.google;

import com.sun.net.httpserver.HttpServer;
import dev.whimbrel.testkit.postgres.TcpProxy;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The fake Google Cloud: one HTTP server with the APIs of Cloud SQL, Cloud Build, Cloud Run, Secret
 * Manager and IAM and the metadata server, and Cloud Build once more over gRPC.
 *
 * <pre>{@code
 * try (FakeGoogleCloud cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local())) {
 *   FakeInstance orders = cloud.createInstance(FakeInstanceOptions.of("p1:us-central1:orders"));
 *   // clients: WHIMBREL_SQLADMIN_ENDPOINT=cloud.endpoint(), GCE_METADATA_HOST=cloud.metadataHost()
 * }
 * }</pre>
 *
 * <p>Times are those of the given clock. Work that is due is done when someone asks, and every 100
 * ms of real time besides, so a test that turns the clock itself sees no accidents.
 */
public final class FakeGoogleCloud implements AutoCloseable {

  private final FakeGoogleCloudOptions options;
  private final HttpServer server;
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService ticker;
  private final Map<String, FakeInstance> instances = new ConcurrentSkipListMap<>();
  private final FakeFaults faults = new FakeFaults();
  private final FakeSecrets secrets;
  private final FakePermissions permissions = new FakePermissions();
  private final RequestJournal journal = new RequestJournal();
  private final FakeCalls calls;
  private final FakeCloudBuild builds;
  private final FakeCloudRun run;
  private final Server rpc;
  private final String token = "ya29.fake-" + UUID.randomUUID();

  private FakeGoogleCloud(FakeGoogleCloudOptions options, HttpServer server) {
    this.options = options;
    this.server = server;
    this.calls = new FakeCalls(faults, journal, options.clock());
    this.builds = new FakeCloudBuild(options.clock());
    this.run = new FakeCloudRun(options.clock());
    this.rpc =
        NettyServerBuilder.forAddress(new InetSocketAddress(options.bindAddress(), 0))
            .executor(requests)
            .addService(new CloudBuildRpc(new CloudBuildRest(builds), calls))
            .build();
    this.secrets = new FakeSecrets(options.clock(), "serviceAccount:" + options.serviceAccount());
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("fake-google-cloud").factory());
  }

  /** Starts it; it answers as soon as this returns. */
  public static FakeGoogleCloud start(FakeGoogleCloudOptions options) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(options.bindAddress(), options.port()), 0);
    FakeGoogleCloud cloud = new FakeGoogleCloud(options, server);
    SqlAdminApi sqlAdmin =
        new SqlAdminApi(
            cloud.instances,
            new SqlAdminJson(cloud.endpoint().toString()),
            options.clock(),
            options.serviceAccount(),
            cloud.permissions,
            cloud::clone);
    ProjectNumbers numbers = new ProjectNumbers(options.project());
    MetadataApi metadata =
        new MetadataApi(options.project(), numbers, cloud.token, options.serviceAccount());
    SecretManagerApi secretManager = new SecretManagerApi(cloud.secrets, numbers);
    cloud.builds.withSecrets(secretManager::value);
    server.createContext(
        "/",
        new FakeHttpHandler(
            List.of(
                sqlAdmin,
                new CloudBuildRest(cloud.builds),
                new CloudRunRest(cloud.run, cloud.permissions),
                secretManager,
                new IamApi(cloud.permissions)),
            metadata,
            cloud.calls));
    server.setExecutor(cloud.requests);
    server.start();
    cloud.rpc.start();
    // Cancelled with the executor; what advancing throws is a bug that the next request shows too.
    var _ =
        cloud.ticker.scheduleWithFixedDelay(
            () -> cloud.instances.values().forEach(FakeInstance::advance),
            100,
            100,
            TimeUnit.MILLISECONDS);
    return cloud;
  }

  /** Creates an instance and starts its PostgreSQL, which takes a second or two. */
  public FakeInstance createInstance(FakeInstanceOptions wanted) throws IOException {
    Path home = Files.createTempDirectory("whimbrel-" + wanted.name() + "-");
    InstanceData data = wanted.database() ? PostgresServer.create(home) : InstanceData.none(home);
    try {
      Optional<TcpProxy> network = data.serverPort().map(port -> network(wanted, port));
      InstanceCertificates certificates =
          new InstanceCertificates(wanted.project() + ":" + wanted.name());
      FakeInstance instance =
          new FakeInstance(
              wanted,
              options.clock(),
              home,
              data,
              network,
              certificates,
              network.map(before -> serverProxy(before, data, certificates)));
      instances.put(wanted.connectionName(), instance);
      return instance;
    } catch (UncheckedIOException e) {
      data.close();
      throw new IOException(e.getMessage(), e);
    }
  }

  private FakeOperation clone(
      FakeInstance source, String name, Optional<Instant> pointInTime, String user) {
    FakeInstanceOptions wanted = source.options().named(name);
    if (instances.containsKey(wanted.connectionName())) {
      throw new ApiError(409, "instanceAlreadyExists", "The Cloud SQL instance already exists.");
    }
    source.refuseWhileBusy();
    try {
      return source.cloneTo(createInstance(wanted), pointInTime, user);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The instance of that connection name. */
  public FakeInstance instance(String connectionName) {
    return Objects.requireNonNull(
        instances.get(connectionName), () -> "no fake instance " + connectionName);
  }

  /** Root URL of the APIs, with a slash at its end. */
  public URI endpoint() {
    return at(server.getAddress().getPort());
  }

  /** Where Cloud Build answers gRPC; without TLS, and without asking for credentials. */
  public URI grpcEndpoint() {
    return at(rpc.getPort());
  }

  private URI at(int port) {
    String host = options.advertisedHost().orElse(options.bindAddress());
    return URI.create("http://%s:%d/".formatted(host, port));
  }

  /** Value for {@code GCE_METADATA_HOST}. */
  public String metadataHost() {
    return endpoint().getAuthority();
  }

  /** The access token that the metadata server gives out; the APIs want one, and accept any. */
  public String accessToken() {
    return token;
  }

  /** Its Cloud Build. */
  public FakeCloudBuild cloudBuild() {
    return builds;
  }

  /** Its Cloud Run. */
  public FakeCloudRun cloudRun() {
    return run;
  }

  /** What Secret Manager holds. */
  public FakeSecrets secrets() {
    return secrets;
  }

  /** Which permissions the caller has on projects. */
  public FakePermissions permissions() {
    return permissions;
  }

  /** Which calls go wrong. */
  public FakeFaults faults() {
    return faults;
  }

  /** Every request so far. */
  public RequestJournal journal() {
    return journal;
  }

  /** The clock it lives by. */
  public Clock clock() {
    return options.clock();
  }

  /** Stops everything and removes all data. */
  @Override
  public void close() throws IOException {
    ticker.shutdownNow();
    server.stop(0);
    rpc.shutdownNow();
    requests.shutdownNow();
    builds.close();
    IOException failure = null;
    for (FakeInstance instance : instances.values()) {
      try {
        instance.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Sessions with a password share the network's faults; IAM's are PostgreSQL's own affair. */
  private ServerProxy serverProxy(
      TcpProxy network, InstanceData data, InstanceCertificates certificates) {
    return ServerProxy.start(
        network.address(),
        certificates,
        new InetSocketAddress(network.address(), network.port()),
        new IamLogin(
            new InetSocketAddress("127.0.0.1", data.serverPort().orElseThrow()),
            () -> permissions.has("cloudsql.instances.login")));
  }

  private static TcpProxy network(FakeInstanceOptions wanted, int serverPort) {
    if (wanted.bindAddress().isPresent()) {
      return TcpProxy.start(wanted.bindAddress().get(), FakeInstance.POSTGRES_PORT, serverPort);
    }
    UncheckedIOException last = null;
    // Other processes on this machine may run fakes too: the first free address is ours.
    for (int i = 1; i < 255; i++) {
      try {
        return TcpProxy.start("127.0.7." + i, FakeInstance.POSTGRES_PORT, serverPort);
      } catch (UncheckedIOException e) {
        last = e;
      }
    }
    throw last;
  }
}
