package dev.whimbrel.google.cloudsql;

import com.google.api.client.googleapis.services.AbstractGoogleClientRequest;
import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.sqladmin.SQLAdmin;
import com.google.api.services.sqladmin.SQLAdminScopes;
import com.google.api.services.sqladmin.model.BackupRun;
import com.google.api.services.sqladmin.model.BackupRunsListResponse;
import com.google.api.services.sqladmin.model.Database;
import com.google.api.services.sqladmin.model.DatabasesListResponse;
import com.google.api.services.sqladmin.model.InstancesRestoreBackupRequest;
import com.google.api.services.sqladmin.model.OperationsListResponse;
import com.google.api.services.sqladmin.model.RestoreBackupContext;
import com.google.api.services.sqladmin.model.User;
import com.google.api.services.sqladmin.model.UsersListResponse;
import com.google.auth.Credentials;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.GoogleCredentials;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link CloudSqlApi} over the Cloud SQL Admin API v1beta4.
 *
 * <p>One HTTP attempt per call. Google's Java client makes no second one for 5xx, and its streamed
 * request bodies keep the JDK from silently repeating a POST on a dropped connection; {@code
 * CloudSqlBackupIT} counts the requests.
 */
public final class CloudSqlAdmin implements CloudSqlApi {

  /** Where the API is, for tests, a proxy or Private Service Connect; by default Google's own. */
  public static final String ENDPOINT_VARIABLE = "WHIMBREL_SQLADMIN_ENDPOINT";

  private static final Logger LOG = LoggerFactory.getLogger(CloudSqlAdmin.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int PAGE_SIZE = 50;

  private final SQLAdmin client;

  private CloudSqlAdmin(SQLAdmin client) {
    this.client = client;
  }

  /**
   * A client with the credentials of its surroundings (Application Default Credentials: on GKE
   * those of the pod's ServiceAccount through Workload Identity).
   *
   * @param environment looked up for {@value #ENDPOINT_VARIABLE}
   * @throws IOException when there are no credentials; the message says where they come from
   */
  public static CloudSqlAdmin fromEnvironment(Map<String, String> environment) throws IOException {
    Optional<URI> endpoint =
        Optional.ofNullable(environment.get(ENDPOINT_VARIABLE))
            .filter(value -> !value.isBlank())
            .map(URI::create);
    return connect(
        GoogleCredentials.getApplicationDefault()
            .createScoped(List.of(SQLAdminScopes.SQLSERVICE_ADMIN)),
        endpoint,
        Duration.ofSeconds(30));
  }

  /**
   * A client with given credentials. Nothing is sent yet.
   *
   * @param endpoint root URL of the API; empty for Google's own
   * @param readTimeout how long one response may take
   */
  public static CloudSqlAdmin connect(
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
    SQLAdmin.Builder builder =
        new SQLAdmin.Builder(new NetHttpTransport(), GsonFactory.getDefaultInstance(), initializer)
            .setApplicationName("whimbrel");
    endpoint.map(CloudSqlAdmin::withSlash).ifPresent(builder::setRootUrl);
    return new CloudSqlAdmin(builder.build());
  }

  @Override
  public InstanceFacts instance(CloudSqlInstance instance) throws CloudSqlException {
    return SqlAdminModel.facts(
        instance,
        send(
            Call.GET_INSTANCE,
            instance,
            () -> client.instances().get(instance.project(), instance.name())));
  }

  @Override
  public Optional<Instant> latestRecoveryTime(CloudSqlInstance instance) {
    try {
      return SqlAdminModel.instant(
          send(
                  Call.GET_LATEST_RECOVERY_TIME,
                  instance,
                  () ->
                      client
                          .projects()
                          .instances()
                          .getLatestRecoveryTime(instance.project(), instance.name()))
              .getLatestRecoveryTime());
    } catch (CloudSqlException e) {
      LOG.atInfo()
          .addKeyValue("instance", instance)
          .log("Latest recovery time is not known: {}", e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public Page<BackupRecord> listBackups(CloudSqlInstance instance, Optional<String> pageToken)
      throws CloudSqlException {
    BackupRunsListResponse response =
        send(
            Call.LIST_BACKUPS,
            instance,
            () ->
                client
                    .backupRuns()
                    .list(instance.project(), instance.name())
                    .setMaxResults(PAGE_SIZE)
                    .setPageToken(pageToken.orElse(null)));
    List<BackupRun> items = response.getItems() == null ? List.of() : response.getItems();
    return new Page<>(
        items.stream().map(SqlAdminModel::backup).toList(),
        SqlAdminModel.text(response.getNextPageToken()));
  }

  @Override
  public BackupRecord backup(CloudSqlInstance instance, long id) throws CloudSqlException {
    return SqlAdminModel.backup(
        send(
            Call.GET_BACKUP,
            instance,
            () -> client.backupRuns().get(instance.project(), instance.name(), id)));
  }

  @Override
  public OperationRecord insertBackup(CloudSqlInstance instance, String description)
      throws CloudSqlException {
    BackupRun wanted = new BackupRun().setDescription(description);
    return SqlAdminModel.operation(
        send(
            Call.INSERT_BACKUP,
            instance,
            () -> client.backupRuns().insert(instance.project(), instance.name(), wanted)));
  }

  @Override
  public OperationRecord deleteBackup(CloudSqlInstance instance, long id) throws CloudSqlException {
    return SqlAdminModel.operation(
        send(
            Call.DELETE_BACKUP,
            instance,
            () -> client.backupRuns().delete(instance.project(), instance.name(), id)));
  }

  @Override
  public OperationRecord restoreBackup(CloudSqlInstance instance, long backup)
      throws CloudSqlException {
    InstancesRestoreBackupRequest wanted =
        new InstancesRestoreBackupRequest()
            .setRestoreBackupContext(
                new RestoreBackupContext()
                    .setBackupRunId(backup)
                    .setInstanceId(instance.name())
                    .setProject(instance.project()));
    return SqlAdminModel.operation(
        send(
            Call.RESTORE_BACKUP,
            instance,
            () -> client.instances().restoreBackup(instance.project(), instance.name(), wanted)));
  }

  @Override
  public List<String> databases(CloudSqlInstance instance) throws CloudSqlException {
    DatabasesListResponse response =
        send(
            Call.LIST_DATABASES,
            instance,
            () -> client.databases().list(instance.project(), instance.name()));
    return response.getItems() == null
        ? List.of()
        : response.getItems().stream().map(Database::getName).sorted().toList();
  }

  @Override
  public List<String> users(CloudSqlInstance instance) throws CloudSqlException {
    UsersListResponse response =
        send(
            Call.LIST_USERS,
            instance,
            () -> client.users().list(instance.project(), instance.name()));
    return response.getItems() == null
        ? List.of()
        : response.getItems().stream().map(User::getName).sorted().toList();
  }

  @Override
  public OperationRecord operation(CloudSqlInstance instance, String name)
      throws CloudSqlException {
    return SqlAdminModel.operation(
        send(
            Call.GET_OPERATION, instance, () -> client.operations().get(instance.project(), name)));
  }

  @Override
  public Page<OperationRecord> listOperations(CloudSqlInstance instance, Optional<String> pageToken)
      throws CloudSqlException {
    OperationsListResponse response =
        send(
            Call.LIST_OPERATIONS,
            instance,
            () ->
                client
                    .operations()
                    .list(instance.project())
                    .setInstance(instance.name())
                    .setMaxResults((long) PAGE_SIZE)
                    .setPageToken(pageToken.orElse(null)));
    return new Page<>(
        response.getItems() == null
            ? List.of()
            : response.getItems().stream().map(SqlAdminModel::operation).toList(),
        SqlAdminModel.text(response.getNextPageToken()));
  }

  /**
   * {@code connect.get}: asks whether this caller may connect through connectors and proxies, which
   * begin with the same question.
   *
   * @throws CloudSqlException DENIED where it may not
   */
  public void demandToConnect(CloudSqlInstance instance) throws CloudSqlException {
    send(
        Call.CONNECT_SETTINGS,
        instance,
        () -> client.connect().get(instance.project(), instance.name()));
  }

  private static <T> T send(Call call, CloudSqlInstance instance, Request<T> request)
      throws CloudSqlException {
    try {
      return request.build().execute();
    } catch (IOException e) {
      throw SqlAdminErrors.explain(call, instance, e);
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

  /** The calls, with what Google's IAM wants for each (iam-permissions page of Cloud SQL). */
  enum Call {
    GET_INSTANCE("instances.get", "cloudsql.instances.get", false),
    CONNECT_SETTINGS("connect.get", "cloudsql.instances.connect", false),
    GET_LATEST_RECOVERY_TIME("instances.getLatestRecoveryTime", "cloudsql.instances.get", false),
    LIST_BACKUPS("backupRuns.list", "cloudsql.backupRuns.list", false),
    GET_BACKUP("backupRuns.get", "cloudsql.backupRuns.get", false),
    INSERT_BACKUP("backupRuns.insert", "cloudsql.backupRuns.create", true),
    DELETE_BACKUP("backupRuns.delete", "cloudsql.backupRuns.delete", true),
    RESTORE_BACKUP("instances.restoreBackup", "cloudsql.instances.restoreBackup", true),
    LIST_DATABASES("databases.list", "cloudsql.databases.list", false),
    LIST_USERS("users.list", "cloudsql.users.list", false),
    GET_OPERATION("operations.get", "cloudsql.instances.get", false),
    LIST_OPERATIONS("operations.list", "cloudsql.instances.list", false);

    private final String method;
    private final String permission;
    private final boolean changes;

    Call(String method, String permission, boolean changes) {
      this.method = method;
      this.permission = permission;
      this.changes = changes;
    }

    /** Name in the API. */
    String method() {
      return method;
    }

    /** IAM permission. */
    String permission() {
      return permission;
    }

    /** Whether it changes something. */
    boolean changes() {
      return changes;
    }
  }
}
