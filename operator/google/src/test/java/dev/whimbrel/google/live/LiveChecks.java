package dev.whimbrel.google.live;

import dev.whimbrel.google.build.BuildRecord;
import dev.whimbrel.google.build.CloudBuildApi;
import dev.whimbrel.google.build.WorkerPool;
import dev.whimbrel.google.cloudsql.BackupRecord;
import dev.whimbrel.google.cloudsql.CloudSqlApi;
import dev.whimbrel.google.cloudsql.CloudSqlInstance;
import dev.whimbrel.google.cloudsql.InstanceFacts;
import dev.whimbrel.google.iam.ProjectPermissions;
import dev.whimbrel.google.secrets.SecretManagerApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** The read-only calls, through the clients that the runner has. */
final class LiveChecks {

  private static final List<String> PERMISSIONS =
      List.of(
          "cloudsql.instances.connect",
          "cloudsql.instances.get",
          "cloudsql.instances.list",
          "cloudsql.backupRuns.create",
          "cloudsql.backupRuns.get",
          "cloudsql.backupRuns.list",
          "cloudbuild.builds.create",
          "secretmanager.secrets.list");

  private final LiveTarget target;
  private final List<Check> checks = new ArrayList<>();

  private LiveChecks(LiveTarget target) {
    this.target = target;
  }

  /**
   * Who is asked.
   *
   * @param get for what no client of ours asks
   */
  record Clients(
      CloudSqlApi sql,
      SecretManagerApi secrets,
      CloudBuildApi builds,
      ProjectPermissions permissions,
      Get get) {}

  /** A GET request with the caller's credentials. */
  @FunctionalInterface
  interface Get {

    /**
     * The JSON text that it answers.
     *
     * @param api {@code sqladmin}, {@code secretmanager} or {@code run}
     */
    String of(String api, String path) throws Exception;
  }

  /**
   * One of them.
   *
   * @param call the method
   * @param confirms which assumption of the fake it confirms
   * @param ask asks, and says what there was to see; empty where its object is not named
   */
  record Check(String call, String confirms, Optional<Callable<String>> ask) {}

  /** What came of one. */
  record Row(String result, String call, String found) {}

  /** All of them; nothing is asked yet. */
  static List<Check> of(LiveTarget target, Clients clients) {
    LiveChecks all = new LiveChecks(target);
    all.instance(clients);
    all.secret(clients);
    all.pool(clients.builds());
    all.service(clients.get());
    all.add(
        "projects.testIamPermissions",
        "which of the permissions in docs/google-cloud.md the caller holds",
        Optional.of(
            () -> "missing " + clients.permissions().missing(target.project(), PERMISSIONS)));
    return List.copyOf(all.checks);
  }

  /** Asks. */
  static List<Row> run(List<Check> checks) {
    return checks.stream().map(LiveChecks::run).toList();
  }

  private static Row run(Check check) {
    if (check.ask().isEmpty()) {
      return new Row("Skipped", check.call(), "its object is not named");
    }
    try {
      return new Row("Passed", check.call(), check.ask().get().call());
    } catch (Exception e) {
      return new Row("Failed", check.call(), String.valueOf(e.getMessage()));
    }
  }

  private void instance(Clients clients) {
    Optional<CloudSqlInstance> instance = target.instance().map(CloudSqlInstance::parse);
    CloudSqlApi sql = clients.sql();
    add(
        "instances.get",
        "state, activation policy, tier of backups, addresses and replicas are where we read them",
        instance.map(one -> () -> facts(sql.instance(one))));
    add(
        "backupRuns.list",
        "newest first; ids as text; descriptions come back as they were given",
        instance.map(one ->
            () ->
                sql.listBackups(one, Optional.empty()).items().stream()
                    .findFirst()
                    .map(LiveChecks::backup)
                    .orElse("no backups")));
    add(
        "operations.list",
        "types and states of operations; whether backupContext is there",
        instance.map(one ->
            () ->
                sql.listOperations(one, Optional.empty()).items().stream()
                    .findFirst()
                    .map(operation -> operation.describe())
                    .orElse("no operations")));
    add(
        "instances.getLatestRecoveryTime",
        "what it answers where point-in-time recovery is on, and where it is off",
        instance.map(one -> () -> String.valueOf(sql.latestRecoveryTime(one))));
    add(
        "connectSettings.get",
        "that the caller may connect; mode of the server's CA and names in its certificate",
        instance.map(one ->
            () ->
                shortened(
                    clients
                        .get()
                        .of(
                            "sqladmin",
                            "/sql/v1beta4/projects/%s/instances/%s/connectSettings"
                                .formatted(one.project(), one.name())))));
  }

  private static String facts(InstanceFacts facts) {
    return "%s, %s, %s, %s, backups %s, private %s, recovery to a point in time %s, replicas %s"
        .formatted(
            facts.instance(),
            facts.databaseVersion(),
            facts.state(),
            facts.activationPolicy(),
            facts.backupTier().orElse("of an unsaid tier"),
            facts.privateIp().isPresent(),
            facts.pointInTimeRecovery(),
            facts.replicaNames());
  }

  private static String backup(BackupRecord backup) {
    return "%d, %s, %s".formatted(backup.id(), backup.status(), backup.description().orElse("-"));
  }

  private void secret(Clients clients) {
    add(
        "secrets.list",
        "that the nearest name of one that is missing can be suggested",
        Optional.of(() -> clients.secrets().names(target.project()).size() + " secrets"));
    add(
        "secrets.versions.get latest",
        "number and state of what latest is; its value is not read",
        target
            .secret()
            .map(secret ->
                () ->
                    shortened(
                        clients
                            .get()
                            .of(
                                "secretmanager",
                                "/v1/projects/%s/secrets/%s/versions/latest"
                                    .formatted(target.project(), secret)))));
  }

  private void pool(CloudBuildApi builds) {
    Optional<WorkerPool> pool = target.pool().map(WorkerPool::parse);
    add(
        "workerPools.get",
        "the endpoint of the region over gRPC; the pool's state",
        pool.map(one -> () -> builds.poolState(one)));
    add(
        "builds.list by tag",
        "the filter by tag; results, images and outputs of ended builds",
        pool.map(one ->
            () -> {
              List<BuildRecord> found = builds.list(one, "whimbrel");
              return found.size()
                  + " builds of ours"
                  + found.stream()
                      .findFirst()
                      .map(build -> ", the last " + build.describe())
                      .orElse("");
            }));
  }

  private void service(Get get) {
    add(
        "run services.get",
        "traffic, revisions and etag of a service",
        target
            .service()
            .map(service -> service.split("/", 2))
            .map(parts ->
                () ->
                    shortened(
                        get.of(
                            "run",
                            "/v2/projects/%s/locations/%s/services/%s"
                                .formatted(target.project(), parts[0], parts[1])))));
  }

  private void add(String call, String confirms, Optional<Callable<String>> ask) {
    checks.add(new Check(call, confirms, ask));
  }

  /** On one line; certificates are long. */
  private static String shortened(String json) {
    String line = json.replaceAll("\\s+", " ");
    return line.length() > 300 ? line.substring(0, 300) + "…" : line;
  }

  /** For a person who may have credentials elsewhere. */
  static String list(List<Check> checks) {
    StringBuilder list = new StringBuilder();
    checks.forEach(check -> list.append("  %-34s %s%n".formatted(check.call(), check.confirms())));
    return list.toString();
  }

  /** What came of them. */
  static String table(List<Row> rows) {
    StringBuilder table = new StringBuilder();
    rows.forEach(
        row -> table.append("  %-8s %-34s %s%n".formatted(row.result(), row.call(), row.found())));
    return table.toString();
  }
}
