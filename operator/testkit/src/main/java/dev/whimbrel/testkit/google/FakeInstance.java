package dev.whimbrel.testkit.google;

import dev.whimbrel.testkit.postgres.TcpProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A Cloud SQL instance: a real PostgreSQL 17 behind an address of its own, with its backups and
 * operations. One operation at a time, as on Cloud SQL.
 */
public final class FakeInstance {

  /** PostgreSQL's port on every Cloud SQL instance. */
  static final int POSTGRES_PORT = 5432;

  private static final String ADDRESS_WITHOUT_SERVER = "127.0.7.1";

  /** Cloud SQL's bucket: 5 backups, one more every 10 minutes, failed ones are free. */
  private static final int BACKUP_TOKENS = 5;

  private static final Duration BACKUP_REFILL = Duration.ofMinutes(10);

  /** Write-ahead logs are archived now and then. */
  private static final Duration RECOVERY_LAG = Duration.ofMinutes(1);

  private final FakeInstanceOptions options;
  private final Clock clock;
  private final Path home;
  private final InstanceData data;
  private final Optional<TcpProxy> network;
  private final InstanceCertificates certificates;
  private final Optional<ServerProxy> serverProxy;
  private final InstanceUsers users;
  private final FakeBehavior behavior = new FakeBehavior();
  private final List<FakeBackup> backups = new ArrayList<>();
  private final List<FakeOperation> operations = new ArrayList<>();
  private final Instant created;
  private String state = "RUNNABLE";
  private String activationPolicy = "ALWAYS";
  private boolean publicOnly;
  private long lastBackupId;
  private double tokens = BACKUP_TOKENS;
  private Instant tokensAt;

  FakeInstance(
      FakeInstanceOptions options,
      Clock clock,
      Path home,
      InstanceData data,
      Optional<TcpProxy> network,
      InstanceCertificates certificates,
      Optional<ServerProxy> serverProxy) {
    this.options = options;
    this.clock = clock;
    this.home = home;
    this.data = data;
    this.network = network;
    this.certificates = certificates;
    this.serverProxy = serverProxy;
    this.users = new InstanceUsers(data);
    this.created = clock.instant();
    this.tokensAt = created;
  }

  /** {@code project:region:instance}. */
  public String connectionName() {
    return options.connectionName();
  }

  /** What it was made from. */
  public FakeInstanceOptions options() {
    return options;
  }

  /** The address it listens on; the API gives the same unless another was to be advertised. */
  public String address() {
    return network.map(TcpProxy::address).or(options::bindAddress).orElse(ADDRESS_WITHOUT_SERVER);
  }

  /** The port it listens on. */
  public int port() {
    return POSTGRES_PORT;
  }

  /** The network before its PostgreSQL, which can be made to fail. */
  public TcpProxy network() {
    return network.orElseThrow(
        () -> new IllegalStateException(connectionName() + " was created without a database"));
  }

  /** How it behaves. */
  public FakeBehavior behavior() {
    return behavior;
  }

  /** JDBC URL without user and password. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://%s:%d/%s"
        .formatted(address().equals("0.0.0.0") ? "127.0.0.1" : address(), port(), database);
  }

  /** A connection of the administrator {@code postgres}. */
  public Connection connect(String database) throws SQLException {
    return data.connect(database);
  }

  /** Creates a login role and a database that it owns. */
  public void createDatabase(String database, String owner, String password) throws SQLException {
    users.create(owner, password);
    users.createDatabase(database, owner);
  }

  /**
   * Creates the database user of a service account, who logs in through connectors alone.
   *
   * @param serviceAccount its address
   * @return the user's name in PostgreSQL
   */
  public String createIamUser(String serviceAccount) throws SQLException {
    String name = IamLogin.user(serviceAccount);
    users.createOfIam(name);
    return name;
  }

  /** Its users and databases. */
  InstanceUsers users() {
    return users;
  }

  /** Its certificates. */
  InstanceCertificates certificates() {
    return certificates;
  }

  /** Certificates that connectors were given so far are refused from now on. */
  public void renewCertificates() {
    certificates.renew();
  }

  /** What connectors meet has a certificate of another instance from now on. */
  public void pretendToBe(String projectAndInstance) {
    serverProxy.orElseThrow().callYourself(projectAndInstance);
  }

  /** What {@code instances.get} says from now on; PostgreSQL itself goes on running. */
  public synchronized void pretend(String newState, String newActivationPolicy) {
    state = newState;
    activationPolicy = newActivationPolicy;
  }

  /** Its one address is a public one from now on. */
  public synchronized void loseItsPrivateAddress() {
    publicOnly = true;
  }

  /** As the API calls the kind of its address. */
  synchronized String addressType() {
    return publicOnly ? "PRIMARY" : "PRIVATE";
  }

  /** All backups there really are, oldest first, however much the lists lag. */
  public synchronized List<FakeBackup> backups() {
    advance();
    return List.copyOf(backups);
  }

  /** Occupies the instance with an operation that is none of ours, for as long as configured. */
  public synchronized void startForeignOperation(String type) {
    advance();
    begin(type, "someone@else.example", Optional.empty(), () -> {});
  }

  synchronized FakeOperation insertBackup(
      Optional<String> description, Optional<String> location, String user) {
    advance();
    refuseWhileBusy();
    Instant now = clock.instant();
    lastBackupId = Math.max(lastBackupId + 1, now.toEpochMilli());
    long id = lastBackupId;
    backups.add(
        new FakeBackup(
            id,
            description,
            location.orElse(options.region().replaceAll("-.*", "")),
            "ON_DEMAND",
            "ENQUEUED",
            now,
            Optional.empty(),
            Optional.empty(),
            home.resolve("backups").resolve(Long.toString(id))));
    return begin("BACKUP_VOLUME", user, Optional.of(id), () -> takeBackup(id));
  }

  synchronized FakeOperation restore(FakeBackup backup, String user) {
    advance();
    refuseWhileBusy();
    if (!options.replicaNames().isEmpty()) {
      throw new ApiError(
          400,
          "invalidRequest",
          "Invalid request: The instance has replicas. Delete them before the restore: "
              + String.join(", ", options.replicaNames()));
    }
    if (!backup.status().equals("SUCCESSFUL")) {
      throw new ApiError(
          400,
          "invalidRequest",
          "Invalid request: Backup " + backup.id() + " is " + backup.status());
    }
    return begin(
        "RESTORE_VOLUME", user, Optional.of(backup.id()), () -> data.restoreFrom(backup.files()));
  }

  synchronized FakeOperation insertUser(InstanceUsers.User wanted, String password, String user) {
    advance();
    refuseWhileBusy();
    return begin(
        "CREATE_USER",
        user,
        Optional.empty(),
        () -> {
          if (wanted.type().equals(InstanceUsers.SERVICE_ACCOUNT)) {
            users.createOfIam(wanted.name());
          } else {
            users.create(wanted.name(), password);
          }
        });
  }

  synchronized FakeOperation deleteBackup(long id, String user) {
    advance();
    FakeBackup backup = backup(id);
    refuseWhileBusy();
    return begin(
        "DELETE_BACKUP",
        user,
        Optional.of(id),
        () -> {
          DataDirectory.delete(backup.files());
          backups.removeIf(other -> other.id() == id);
        });
  }

  /** Newest first, as far as the list shows them. */
  synchronized List<FakeBackup> listedBackups() {
    advance();
    Instant now = clock.instant();
    return backups.reversed().stream()
        .filter(backup -> !now.isBefore(backup.enqueuedTime().plus(behavior.backupListLag())))
        .toList();
  }

  synchronized FakeBackup backup(long id) {
    return listedBackups().stream()
        .filter(backup -> backup.id() == id)
        .findFirst()
        .orElseThrow(() -> new ApiError(404, "notFound", "Not Found"));
  }

  /** Newest first, as far as the list shows them. */
  synchronized List<FakeOperation> listedOperations() {
    advance();
    Instant now = clock.instant();
    return operations.reversed().stream().filter(operation -> operation.listed(now)).toList();
  }

  synchronized Optional<FakeOperation> operation(String name) {
    advance();
    return operations.stream().filter(operation -> operation.name().equals(name)).findFirst();
  }

  synchronized String state() {
    return state;
  }

  synchronized String activationPolicy() {
    return activationPolicy;
  }

  Instant created() {
    return created;
  }

  /** Moves everything as far as the clock allows. */
  synchronized void advance() {
    for (FakeOperation operation : List.copyOf(operations)) {
      if (operation.done()) {
        continue;
      }
      operation.advance(clock, behavior.operationError());
      if (operation.done() && operation.type().equals("BACKUP_VOLUME")) {
        boolean failed = operation.error().isPresent() || behavior.failBackupRun();
        replace(
            operation.backupId().orElseThrow(),
            backup -> backup.ended(failed ? "FAILED" : "SUCCESSFUL", clock.instant()));
        tokens += failed ? 1 : 0;
      }
    }
  }

  void close() throws IOException {
    serverProxy.ifPresent(ServerProxy::close);
    network.ifPresent(TcpProxy::close);
    data.close();
  }

  private FakeOperation begin(
      String type, String user, Optional<Long> backupId, FakeOperation.Work work) {
    return begin(type, user, backupId, Optional.empty(), work);
  }

  private FakeOperation begin(
      String type,
      String user,
      Optional<Long> backupId,
      Optional<String> target,
      FakeOperation.Work work) {
    FakeOperation operation =
        new FakeOperation(
            UUID.randomUUID().toString(),
            type,
            user,
            clock.instant(),
            behavior,
            backupId,
            target,
            work);
    operations.add(operation);
    return operation;
  }

  /** The latest second that a clone may ask for. */
  Instant latestRecoveryTime() {
    if (!options.pointInTimeRecovery()) {
      throw new ApiError(
          400, "invalidRequest", "Invalid request: Point-in-time recovery is not enabled.");
    }
    return clock.instant().minus(RECOVERY_LAG);
  }

  /**
   * The backup that holds what there was at a point in time, as far as the fake knows: it keeps no
   * write-ahead logs, so what was written between that backup and the point is missing.
   *
   * @throws ApiError for a point before the first backup or after the latest recovery time
   */
  private FakeBackup before(Instant point) {
    Instant latest = latestRecoveryTime();
    return backups.reversed().stream()
        .filter(backup -> backup.status().equals("SUCCESSFUL"))
        .filter(backup -> backup.startTime().filter(start -> !start.isAfter(point)).isPresent())
        .filter(backup -> !point.isAfter(latest))
        .findFirst()
        .orElseThrow(() ->
            new ApiError(
                400,
                "invalidRequest",
                "Invalid request: The instance cannot be recovered to " + point + "."));
  }

  /** Refuses a point in time to which there is no way. */
  synchronized void refuseUnreachable(Instant point) {
    advance();
    before(point);
  }

  /**
   * Fills another instance with what this one holds when the operation runs, or with what the last
   * backup before a point in time holds.
   */
  synchronized FakeOperation cloneTo(FakeInstance copy, Optional<Instant> point, String user) {
    advance();
    refuseWhileBusy();
    Optional<FakeBackup> then = point.map(this::before);
    copy.pretend("PENDING_CREATE", "ALWAYS");
    return begin(
        "CLONE",
        user,
        Optional.empty(),
        Optional.of(copy.options().name()),
        () -> {
          if (then.isPresent()) {
            copy.data.restoreFrom(then.get().files());
          } else {
            Path files = copy.home.resolve("cloned");
            data.backUpTo(files);
            copy.data.restoreFrom(files);
            DataDirectory.delete(files);
          }
          copy.pretend("RUNNABLE", "ALWAYS");
        });
  }

  private void takeBackup(long id) throws IOException, SQLException {
    spendToken();
    replace(id, backup -> backup.running(clock.instant()));
    FakeBackup backup =
        backups.stream().filter(other -> other.id() == id).findFirst().orElseThrow();
    data.backUpTo(backup.files());
  }

  private void spendToken() {
    Instant now = clock.instant();
    double gained = (double) Duration.between(tokensAt, now).toMillis() / BACKUP_REFILL.toMillis();
    tokens = Math.min(BACKUP_TOKENS, tokens + gained);
    tokensAt = now;
    // Spent in any case: advance() gives it back when the operation fails.
    tokens--;
    if (tokens < 0) {
      Instant next = now.plusMillis((long) (-tokens * BACKUP_REFILL.toMillis()));
      // The wording of the real service is not recorded anywhere; only that it says when.
      throw new IllegalStateException(
          "The limit of 5 backups in 50 minutes is reached for this instance. Try again after "
              + next
              + ".");
    }
  }

  synchronized void refuseWhileBusy() {
    if (operations.stream().anyMatch(operation -> !operation.done())) {
      throw new ApiError(409, ApiError.IN_PROGRESS, ApiError.IN_PROGRESS_MESSAGE);
    }
  }

  private void replace(long id, java.util.function.UnaryOperator<FakeBackup> change) {
    backups.replaceAll(backup -> backup.id() == id ? change.apply(backup) : backup);
  }
}
