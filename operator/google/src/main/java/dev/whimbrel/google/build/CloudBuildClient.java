package dev.whimbrel.google.build;

import com.google.api.client.googleapis.services.AbstractGoogleClientRequest;
import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.cloudbuild.v1.CloudBuild;
import com.google.api.services.cloudbuild.v1.CloudBuildScopes;
import com.google.api.services.cloudbuild.v1.model.Build;
import com.google.api.services.cloudbuild.v1.model.CancelBuildRequest;
import com.google.api.services.cloudbuild.v1.model.ListBuildsResponse;
import com.google.api.services.cloudbuild.v1.model.Operation;
import com.google.auth.Credentials;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.GoogleCredentials;
import dev.whimbrel.google.build.CloudBuildException.Kind;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@link CloudBuildApi} over the REST API v1, whose paths name the region. One HTTP attempt per
 * call.
 */
public final class CloudBuildClient implements CloudBuildApi {

  /** Where the API is, for tests, a proxy or Private Service Connect; by default Google's own. */
  public static final String ENDPOINT_VARIABLE = "WHIMBREL_CLOUDBUILD_ENDPOINT";

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int PAGE_SIZE = 50;

  private final CloudBuild client;

  private CloudBuildClient(CloudBuild client) {
    this.client = client;
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
    return connect(
        GoogleCredentials.getApplicationDefault()
            .createScoped(List.of(CloudBuildScopes.CLOUD_PLATFORM)),
        Optional.ofNullable(environment.get(ENDPOINT_VARIABLE))
            .filter(value -> !value.isBlank())
            .map(URI::create),
        Duration.ofSeconds(30));
  }

  /**
   * A client with given credentials. Nothing is sent yet.
   *
   * @param endpoint root URL of the API; empty for Google's own
   * @param readTimeout how long one response may take
   */
  public static CloudBuildClient connect(
      Credentials credentials, Optional<URI> endpoint, Duration readTimeout) {
    HttpCredentialsAdapter authentication = new HttpCredentialsAdapter(credentials);
    HttpRequestInitializer initializer =
        request -> {
          authentication.initialize(request);
          request.setConnectTimeout(Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
          request.setReadTimeout(Math.toIntExact(readTimeout.toMillis()));
          // One repetition, which only a 401 with an expired token uses: then nothing was done.
          request.setNumberOfRetries(1);
        };
    CloudBuild.Builder builder =
        new CloudBuild.Builder(
                new NetHttpTransport(), GsonFactory.getDefaultInstance(), initializer)
            .setApplicationName("whimbrel");
    endpoint.map(CloudBuildClient::withSlash).ifPresent(builder::setRootUrl);
    return new CloudBuildClient(builder.build());
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
            () -> builds().create(pool.parent(), CloudBuildModel.build(request)));
    return CloudBuildModel.record(created(operation));
  }

  /** The operation says which build it is about; waiting for the operation is never needed. */
  private static Build created(Operation operation) throws CloudBuildException {
    Object build = operation.getMetadata() == null ? null : operation.getMetadata().get("build");
    if (build instanceof Map<?, ?> fields && fields.get("id") instanceof String id) {
      return new Build()
          .setId(id)
          .setStatus(String.valueOf(fields.get("status")))
          .setLogUrl(fields.get("logUrl") instanceof String url ? url : null);
    }
    throw new CloudBuildException(
        Kind.UNCERTAIN, "Cloud Build accepted builds.create and did not say which build", null);
  }

  @Override
  public List<BuildRecord> list(WorkerPool pool, String tag) throws CloudBuildException {
    ListBuildsResponse response =
        send(
            "builds.list",
            "cloudbuild.builds.list",
            false,
            pool,
            () ->
                builds()
                    .list(pool.parent())
                    .setFilter("tags=\"" + tag + "\"")
                    .setPageSize(PAGE_SIZE));
    return response.getBuilds() == null
        ? List.of()
        : response.getBuilds().stream().map(CloudBuildModel::record).toList();
  }

  @Override
  public BuildRecord get(WorkerPool pool, String id) throws CloudBuildException {
    return CloudBuildModel.record(
        send(
            "builds.get of " + id,
            "cloudbuild.builds.get",
            false,
            pool,
            () -> builds().get(name(pool, id))));
  }

  @Override
  public void cancel(WorkerPool pool, String id) throws CloudBuildException {
    send(
        "builds.cancel of " + id,
        "cloudbuild.builds.update",
        true,
        pool,
        () -> builds().cancel(name(pool, id), new CancelBuildRequest().setName(name(pool, id))));
  }

  private CloudBuild.Projects.Locations.Builds builds() {
    return client.projects().locations().builds();
  }

  private static String name(WorkerPool pool, String id) {
    return pool.parent() + "/builds/" + id;
  }

  private static <T> T send(
      String call, String permission, boolean changes, WorkerPool pool, Request<T> request)
      throws CloudBuildException {
    try {
      return request.build().execute();
    } catch (IOException e) {
      throw CloudBuildErrors.explain(call, permission, changes, pool, e);
    }
  }

  private static String withSlash(URI endpoint) {
    String url = endpoint.toString();
    return url.endsWith("/") ? url : url + "/";
  }

  /** A request that is not sent yet. */
  private interface Request<T> {
    AbstractGoogleClientRequest<T> build() throws IOException;
  }
}
