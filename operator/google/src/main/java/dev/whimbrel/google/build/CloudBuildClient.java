package dev.whimbrel.google.build;

import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.UnaryCallSettings;
import com.google.auth.Credentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.devtools.cloudbuild.v1.CloudBuildSettings;
import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOperationMetadata;
import com.google.cloudbuild.v1.CancelBuildRequest;
import com.google.cloudbuild.v1.CreateBuildRequest;
import com.google.cloudbuild.v1.GetBuildRequest;
import com.google.cloudbuild.v1.GetWorkerPoolRequest;
import com.google.cloudbuild.v1.ListBuildsRequest;
import com.google.longrunning.Operation;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.whimbrel.google.build.CloudBuildException.Kind;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@link CloudBuildApi} over gRPC, at the endpoint of the pool's region. One request per call: the
 * library's own retries are off. Close it to let go of its connections.
 */
public final class CloudBuildClient implements CloudBuildApi, AutoCloseable {

  /** Where the API is, for tests, a proxy or Private Service Connect; by default Google's own. */
  public static final String ENDPOINT_VARIABLE = "WHIMBREL_CLOUDBUILD_ENDPOINT";

  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final int TLS_PORT = 443;
  private static final int PAGE_SIZE = 50;

  private final Credentials credentials;
  private final Optional<URI> endpoint;
  private final Duration timeout;
  private final Map<String, com.google.cloud.devtools.cloudbuild.v1.CloudBuildClient> regions =
      new ConcurrentHashMap<>();

  private CloudBuildClient(Credentials credentials, Optional<URI> endpoint, Duration timeout) {
    this.credentials = credentials;
    this.endpoint = endpoint;
    this.timeout = timeout;
  }

  /**
   * A client with the credentials of its surroundings (Application Default Credentials: on GKE
   * those of the pod's ServiceAccount through Workload Identity).
   *
   * @param environment looked up for {@value #ENDPOINT_VARIABLE}
   * @throws IOException when there are no credentials; the message says where they come from
   */
  public static CloudBuildClient fromEnvironment(Map<String, String> environment)
      throws IOException {
    Optional<URI> endpoint =
        Optional.ofNullable(environment.get(ENDPOINT_VARIABLE))
            .filter(value -> !value.isBlank())
            .map(URI::create);
    return connect(
        isPlain(endpoint)
            ? GoogleCredentials.newBuilder().build()
            : GoogleCredentials.getApplicationDefault().createScoped(List.of(SCOPE)),
        endpoint,
        Duration.ofSeconds(30));
  }

  /**
   * A client with given credentials. Nothing is sent yet.
   *
   * @param endpoint host and port of the API; with {@code http:} it is spoken to without TLS and
   *     without credentials. Empty for Google's own
   * @param timeout how long one response may take
   */
  public static CloudBuildClient connect(
      Credentials credentials, Optional<URI> endpoint, Duration timeout) {
    return new CloudBuildClient(credentials, endpoint, timeout);
  }

  @Override
  public BuildRecord create(BuildRequest request) throws CloudBuildException {
    WorkerPool pool = request.pool();
    Operation operation =
        send(
            "builds.create",
            "cloudbuild.builds.create",
            true,
            pool,
            client ->
                client
                    .createBuildCallable()
                    .call(
                        CreateBuildRequest.newBuilder()
                            .setParent(pool.parent())
                            .setProjectId(pool.project())
                            .setBuild(CloudBuildModel.build(request))
                            .build()));
    return CloudBuildModel.record(created(operation));
  }

  /** The operation says which build it is about; waiting for the operation is never needed. */
  private static Build created(Operation operation) throws CloudBuildException {
    try {
      Build build = operation.getMetadata().unpack(BuildOperationMetadata.class).getBuild();
      if (!build.getId().isEmpty()) {
        return build;
      }
    } catch (InvalidProtocolBufferException e) {
      // As good as no answer: the build is looked for.
    }
    throw new CloudBuildException(
        Kind.UNCERTAIN, "Cloud Build accepted builds.create and did not say which build", null);
  }

  @Override
  public List<BuildRecord> list(WorkerPool pool, String tag) throws CloudBuildException {
    return send(
            "builds.list",
            "cloudbuild.builds.list",
            false,
            pool,
            client ->
                client
                    .listBuildsCallable()
                    .call(
                        ListBuildsRequest.newBuilder()
                            .setParent(pool.parent())
                            .setProjectId(pool.project())
                            .setFilter("tags=\"" + tag + "\"")
                            .setPageSize(PAGE_SIZE)
                            .build()))
        .getBuildsList()
        .stream()
        .map(CloudBuildModel::record)
        .toList();
  }

  @Override
  public BuildRecord get(WorkerPool pool, String id) throws CloudBuildException {
    return CloudBuildModel.record(
        send(
            "builds.get of " + id,
            "cloudbuild.builds.get",
            false,
            pool,
            client ->
                client
                    .getBuildCallable()
                    .call(
                        GetBuildRequest.newBuilder()
                            .setName(name(pool, id))
                            .setProjectId(pool.project())
                            .setId(id)
                            .build())));
  }

  @Override
  public void cancel(WorkerPool pool, String id) throws CloudBuildException {
    send(
        "builds.cancel of " + id,
        "cloudbuild.builds.update",
        true,
        pool,
        client ->
            client
                .cancelBuildCallable()
                .call(
                    CancelBuildRequest.newBuilder()
                        .setName(name(pool, id))
                        .setProjectId(pool.project())
                        .setId(id)
                        .build()));
  }

  @Override
  public String poolState(WorkerPool pool) throws CloudBuildException {
    return send(
            "workerPools.get",
            "cloudbuild.workerpools.get",
            false,
            pool,
            client ->
                client
                    .getWorkerPoolCallable()
                    .call(GetWorkerPoolRequest.newBuilder().setName(pool.resource()).build()))
        .getState()
        .name();
  }

  private static String name(WorkerPool pool, String id) {
    return pool.parent() + "/builds/" + id;
  }

  private <T> T send(
      String call, String permission, boolean changes, WorkerPool pool, Request<T> request)
      throws CloudBuildException {
    try {
      return request.send(regions.computeIfAbsent(pool.region(), this::open));
    } catch (ApiException e) {
      throw CloudBuildErrors.explain(call, permission, changes, pool, e);
    }
  }

  private com.google.cloud.devtools.cloudbuild.v1.CloudBuildClient open(String region) {
    boolean plain = isPlain(endpoint);
    InstantiatingGrpcChannelProvider.Builder channel =
        CloudBuildSettings.defaultGrpcTransportProviderBuilder().setEndpoint(address(region));
    if (plain) {
      channel.setChannelConfigurator(ManagedChannelBuilder::usePlaintext);
    }
    CloudBuildSettings.Builder settings =
        CloudBuildSettings.newBuilder()
            .setTransportChannelProvider(channel.build())
            .setCredentialsProvider(
                plain
                    ? NoCredentialsProvider.create()
                    : FixedCredentialsProvider.create(credentials));
    once(settings.createBuildSettings());
    once(settings.listBuildsSettings());
    once(settings.getBuildSettings());
    once(settings.cancelBuildSettings());
    once(settings.getWorkerPoolSettings());
    try {
      return com.google.cloud.devtools.cloudbuild.v1.CloudBuildClient.create(settings.build());
    } catch (IOException e) {
      throw new IllegalStateException("no connection to Cloud Build can be set up", e);
    }
  }

  /** What listens there is a fake or a local proxy, which never gets a real token. */
  private static boolean isPlain(Optional<URI> endpoint) {
    return endpoint.map(URI::getScheme).filter("http"::equals).isPresent();
  }

  private void once(UnaryCallSettings.Builder<?, ?> settings) {
    settings.setSimpleTimeoutNoRetriesDuration(timeout);
  }

  private String address(String region) {
    return endpoint
        .map(uri -> uri.getHost() + ":" + (uri.getPort() < 0 ? TLS_PORT : uri.getPort()))
        .orElse(region + "-cloudbuild.googleapis.com:" + TLS_PORT);
  }

  @Override
  public void close() {
    regions.values().forEach(com.google.cloud.devtools.cloudbuild.v1.CloudBuildClient::close);
  }

  /** A request that is not sent yet. */
  private interface Request<T> {
    T send(com.google.cloud.devtools.cloudbuild.v1.CloudBuildClient client);
  }
}
