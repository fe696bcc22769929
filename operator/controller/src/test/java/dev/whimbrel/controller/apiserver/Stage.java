package dev.whimbrel.controller.apiserver;

import dev.whimbrel.api.v1alpha1.CloudSqlProxy;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.controller.act.RunnerImage;
import dev.whimbrel.controller.process.OperatorProcess;
import dev.whimbrel.controller.process.Options;
import dev.whimbrel.google.build.CloudBuildClient;
import dev.whimbrel.google.cloudsql.CloudSqlAdmin;
import dev.whimbrel.google.iam.PodIdentity;
import dev.whimbrel.google.iam.ProjectPermissions;
import dev.whimbrel.google.run.CloudRunClient;
import dev.whimbrel.google.secrets.SecretManagerClient;
import dev.whimbrel.testkit.google.CloudSqlProxyProgram;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.kubernetes.Chart;
import dev.whimbrel.testkit.kubernetes.ControlPlane;
import dev.whimbrel.testkit.kubernetes.TestNamespace;
import dev.whimbrel.testkit.node.SimulatedImage;
import dev.whimbrel.testkit.node.SimulatedNode;
import dev.whimbrel.testkit.node.SimulatedNodeOptions;
import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Everything that a scenario needs, shared by all scenarios of a JVM: one control plane, one node,
 * one PostgreSQL server, one fake Google Cloud. Each scenario has its own namespace and database.
 */
final class Stage implements AutoCloseable {

  static final String OPERATOR_NAMESPACE = "whimbrel-system";
  static final String IMAGE = "whimbrel:test";

  /** A private pool of Cloud Build that has the same images as the nodes. */
  static final String POOL = "projects/kotori-io/locations/us-central1/workerPools/private";

  /** A password that breaks careless quoting. */
  static final String PASSWORD = "!@#$%^&*(){}'\";";

  private static final Duration LIMIT = Duration.ofSeconds(150);

  private final ControlPlane controlPlane;
  private final Path directory;
  private final RunnerProcess runner;
  private final SimulatedNode node;
  private final EmbeddedDatabase database;
  private final FakeGoogleCloud google;
  private final String serviceAccount;

  private Stage(ControlPlane controlPlane, Map<String, String> postgres)
      throws IOException, InterruptedException {
    this.controlPlane = controlPlane;
    this.directory = Files.createTempDirectory("whimbrel-stage");
    this.runner = new RunnerProcess(directory);
    Files.createDirectories(userImage().resolve("apps"));
    KubernetesClient admin = controlPlane.admin();
    admin
        .resource(
            new io.fabric8.kubernetes.api.model.NamespaceBuilder()
                .withNewMetadata()
                .withName(OPERATOR_NAMESPACE)
                .endMetadata()
                .build())
        .create();
    this.serviceAccount = Chart.inRepository().installRoles(admin, OPERATOR_NAMESPACE, Map.of());
    this.node = SimulatedNode.start(admin, withImages(SimulatedNodeOptions.named("node-1")));
    Map<String, String> settings = new HashMap<>(postgres);
    settings.put("hba_file", passwordsPlease().toString());
    this.database = EmbeddedDatabase.start(settings);
    runner.train(database);
    this.google = FakeGoogleCloud.start(FakeGoogleCloudOptions.local());
    google
        .cloudBuild()
        .withPool(POOL)
        .withImage(IMAGE, runner.image())
        .withImage(AlembicApp.IMAGE, SimulatedImage.folder(userImage()));
  }

  /** Roles log in by password, as anywhere but in a test; the superuser does not. */
  private Path passwordsPlease() throws IOException {
    return Files.writeString(
        directory.resolve("pg_hba.conf"),
        """
        local all all trust
        host all postgres 127.0.0.1/32 trust
        host all all 127.0.0.1/32 scram-sha-256
        """);
  }

  static Stage on(ControlPlane controlPlane) {
    return on(controlPlane, Map.of());
  }

  /** The same with settings of its PostgreSQL. */
  static Stage on(ControlPlane controlPlane, Map<String, String> postgres) {
    try {
      return new Stage(controlPlane, postgres);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  ControlPlane controlPlane() {
    return controlPlane;
  }

  SimulatedNode node() {
    return node;
  }

  /** One more node, for pods that select {@code zone=<name>}. */
  SimulatedNode anotherNode(String name) {
    return SimulatedNode.start(
        controlPlane.admin(),
        withImages(
            SimulatedNodeOptions.named(name)
                .withLabel("zone", name)
                .dedicatedToThoseWhoSelectIt()));
  }

  private SimulatedNodeOptions withImages(SimulatedNodeOptions options) {
    return options
        .withImage(IMAGE, runner.image())
        .withImage(AlembicApp.IMAGE, SimulatedImage.folder(userImage()))
        .withImage(TraceImage.NAME, new TraceImage())
        // Built when a pod wants it: few tests do.
        .withImage(
            CloudSqlProxy.IMAGE,
            (command, args) ->
                SimulatedImage.program(CloudSqlProxyProgram.inUserCache().path().toString())
                    .commandLine(command, args));
  }

  /** What is in the image that stands for those of users: one for all scenarios. */
  Path userImage() {
    return directory.resolve("user-image");
  }

  EmbeddedDatabase database() {
    return database;
  }

  /** The fake Google Cloud, whose calls can go wrong. */
  FakeGoogleCloud google() {
    return google;
  }

  /** An operator in this JVM, under the chart's service account. */
  OperatorProcess operator(String identity) {
    try {
      OperatorProcess operator =
          new OperatorProcess(
              controlPlane.asServiceAccount(OPERATOR_NAMESPACE, serviceAccount),
              options(identity),
              () -> {});
      operator.start();
      return operator;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Why a migration is, or is not, ready. */
  static String reason(DatabaseMigration migration) {
    return migration.getStatus().conditions().stream()
        .filter(condition -> "Ready".equals(condition.getType()))
        .findFirst()
        .map(Condition::getReason)
        .orElseThrow();
  }

  String serviceAccount() {
    return serviceAccount;
  }

  Options options(String identity) {
    return new Options(
        OPERATOR_NAMESPACE,
        Set.of(),
        new RunnerImage(IMAGE, "IfNotPresent", runnerEnvironment()),
        true,
        identity,
        0);
  }

  Map<String, String> runnerEnvironment() {
    Map<String, String> variables = new ConcurrentHashMap<>();
    variables.put(CloudBuildClient.ENDPOINT_VARIABLE, google.grpcEndpoint().toString());
    variables.put(CloudSqlAdmin.ENDPOINT_VARIABLE, google.endpoint().toString());
    variables.put(SecretManagerClient.ENDPOINT_VARIABLE, google.endpoint().toString());
    variables.put(CloudRunClient.ENDPOINT_VARIABLE, google.endpoint().toString());
    variables.put(ProjectPermissions.ENDPOINT_VARIABLE, google.endpoint().toString());
    variables.put(PodIdentity.METADATA_VARIABLE, google.metadataHost());
    return variables;
  }

  @Override
  public void close() throws Exception {
    node.close();
    google.close();
    database.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** One scenario: a namespace, a database, a migration. */
  final class Scenario implements AutoCloseable {

    private final TestNamespace namespace;
    private final String databaseName;
    private final KubernetesClient client;

    Scenario(String name) {
      this.namespace = controlPlane.createNamespace(name);
      this.client = controlPlane.admin();
      this.databaseName = namespace.name().replace('-', '_');
      database.createRole(databaseName, PASSWORD);
      database.createDatabase(databaseName, databaseName);
      secret("db", databaseName, PASSWORD);
    }

    String namespace() {
      return namespace.name();
    }

    String databaseName() {
      return databaseName;
    }

    KubernetesClient client() {
      return client;
    }

    /** The first value that a query in its database gives. */
    String query(String sql) {
      try (Connection connection = database.connect(databaseName);
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(sql)) {
        rows.next();
        return rows.getString(1);
      } catch (SQLException e) {
        throw new IllegalStateException(sql, e);
      }
    }

    void secret(String name, String user, String password) {
      client
          .resource(
              new SecretBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .withNamespace(namespace())
                  .endMetadata()
                  .withStringData(Map.of("username", user, "password", password))
                  .build())
          .create();
    }

    /** A ConfigMap of scripts: name, SQL, name, SQL … */
    void source(String name, String... scripts) {
      Map<String, String> data = new java.util.TreeMap<>();
      for (int i = 0; i < scripts.length; i += 2) {
        data.put(scripts[i], scripts[i + 1]);
      }
      client
          .resource(
              new ConfigMapBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .withNamespace(namespace())
                  .endMetadata()
                  .withData(data)
                  .build())
          .serverSideApply();
    }

    /** Applies a migration on plain PostgreSQL; {@code more} is YAML below spec. */
    DatabaseMigration migrate(String name, String configMaps, String more) {
      return migrate(name, configMaps, "127.0.0.1", database.port(), more);
    }

    /** The same at another address. */
    DatabaseMigration migrate(String name, String configMaps, String host, int port, String more) {
      return apply(manifest(name, configMaps, host, port, more));
    }

    /** The manifest of it, to be changed before it is applied. */
    String manifest(String name, String configMaps, String host, int port, String more) {
      return """
      apiVersion: whimbrel.dev/v1alpha1
      kind: DatabaseMigration
      metadata: {name: %s, namespace: %s}
      spec:
        database:
          postgres:
            host: %s
            port: %d
            database: %s
            sslMode: disable
            credentials: {secretRef: {name: db}}
        source: {flyway: {configMaps: [%s]}}
      %s
      """
          .formatted(
              name,
              namespace(),
              host,
              port,
              databaseName,
              configMaps,
              more.indent(2).stripTrailing());
    }

    /** Applies a migration of a database on the Cloud SQL instance. */
    DatabaseMigration migrateCloudSql(
        String name, FakeInstance where, String configMaps, String more) {
      return apply(
          """
          apiVersion: whimbrel.dev/v1alpha1
          kind: DatabaseMigration
          metadata: {name: %s, namespace: %s}
          spec:
            database:
              cloudSQL:
                instance: %s
                database: %s
                credentials: {secretRef: {name: db}}
            source: {flyway: {configMaps: [%s]}}
          %s
          """
              .formatted(
                  name,
                  namespace(),
                  where.connectionName(),
                  databaseName,
                  configMaps,
                  more.indent(2).stripTrailing()));
    }

    DatabaseMigration apply(String yaml) {
      DatabaseMigration migration = Serialization.unmarshal(yaml, DatabaseMigration.class);
      return client.resource(migration).forceConflicts().serverSideApply();
    }

    DatabaseMigration get(String name) {
      return client
          .resources(DatabaseMigration.class)
          .inNamespace(namespace())
          .withName(name)
          .get();
    }

    MigrationPlan plan(String name) {
      return client
          .resources(MigrationPlan.class)
          .inNamespace(namespace())
          .withName(get(name).getStatus().plan().name())
          .get();
    }

    /** Waits until the end of the plan is recorded, which follows the migration's own status. */
    MigrationPlan awaitPlan(String name, String state) {
      return Awaitility.await("plan of " + name + " is " + state)
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> plan(name),
              plan -> plan.getStatus() != null && state.equals(plan.getStatus().state()));
    }

    /** Waits for a phase; on a time-out says what the status is instead. */
    DatabaseMigration await(String name, String phase) {
      return await(name, "phase " + phase, m -> phase.equals(m.getStatus().phase()));
    }

    DatabaseMigration await(String name, String what, Predicate<DatabaseMigration> condition) {
      List<DatabaseMigration> last = new ArrayList<>();
      try {
        Awaitility.await(what)
            .atMost(LIMIT)
            .pollInterval(Duration.ofMillis(50))
            .until(() -> {
              DatabaseMigration now = get(name);
              last.add(now);
              return now != null && now.getStatus() != null && condition.test(now);
            });
      } catch (ConditionTimeoutException e) {
        throw new AssertionError("never reached " + what + ";\n" + story(), e);
      }
      return last.getLast();
    }

    /** What there is in the namespace, for whoever reads why a test failed. */
    String story() {
      StringBuilder story = new StringBuilder();
      client
          .resources(DatabaseMigration.class)
          .inNamespace(namespace())
          .list()
          .getItems()
          .forEach(
              migration -> story.append(Serialization.asYaml(migration.getStatus())).append('\n'));
      client
          .v1()
          .events()
          .inNamespace(namespace())
          .list()
          .getItems()
          .forEach(event ->
              story
                  .append(event.getLastTimestamp())
                  .append(' ')
                  .append(event.getInvolvedObject().getName())
                  .append(' ')
                  .append(event.getReason())
                  .append(": ")
                  .append(event.getMessage())
                  .append('\n'));
      client
          .pods()
          .inNamespace(namespace())
          .list()
          .getItems()
          .forEach(pod ->
              story
                  .append(pod.getMetadata().getName())
                  .append(' ')
                  .append(pod.getMetadata().getCreationTimestamp())
                  .append(' ')
                  .append(pod.getStatus().getPhase())
                  .append(' ')
                  .append(Serialization.asJson(pod.getStatus().getContainerStatuses()))
                  .append('\n'));
      return story.toString();
    }

    /** Decides on the plan that waits. */
    MigrationApproval decide(String name, String decision, String approver) {
      var plan = get(name).getStatus().plan();
      return client
          .resource(
              Serialization.unmarshal(
                  """
                  apiVersion: whimbrel.dev/v1alpha1
                  kind: MigrationApproval
                  metadata: {generateName: %s-, namespace: %s}
                  spec:
                    migration: %s
                    decision: %s
                    approver: %s
                    plan: {name: %s, uid: %s, hash: "%s"}
                  """
                      .formatted(
                          name,
                          namespace(),
                          name,
                          decision,
                          approver,
                          plan.name(),
                          plan.uid(),
                          plan.hash()),
                  MigrationApproval.class))
          .create();
    }

    /** Decides on the run as it is. */
    MigrationApproval decideOnRun(String name, String decision) {
      DatabaseMigration migration = get(name);
      return client
          .resource(
              Serialization.unmarshal(
                  """
                  apiVersion: whimbrel.dev/v1alpha1
                  kind: MigrationApproval
                  metadata: {generateName: %s-, namespace: %s}
                  spec: {migration: %s, decision: %s, approver: alice, run: "%s/%s"}
                  """
                      .formatted(
                          name,
                          namespace(),
                          name,
                          decision,
                          migration.getMetadata().getUid(),
                          migration.getStatus().run().id()),
                  MigrationApproval.class))
          .create();
    }

    /** Sets the annotation that starts again. */
    void retry(String name, String value) {
      client
          .resources(DatabaseMigration.class)
          .inNamespace(namespace())
          .withName(name)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"metadata\": {\"annotations\": {\"%s\": \"%s\"}}}"
                  .formatted(Whimbrel.RETRY_ANNOTATION, value));
    }

    /** Every plan of the namespace, oldest first. */
    List<MigrationPlan> plans() {
      return client.resources(MigrationPlan.class).inNamespace(namespace()).list().getItems();
    }

    /** The steps of every Job of the namespace, by the Jobs' names. */
    Map<String, String> jobs() {
      Map<String, String> jobs = new java.util.TreeMap<>();
      client
          .batch()
          .v1()
          .jobs()
          .inNamespace(namespace())
          .list()
          .getItems()
          .forEach(job ->
              jobs.put(
                  job.getMetadata().getName(),
                  job.getMetadata().getLabels().get(Whimbrel.STEP_LABEL)));
      return jobs;
    }

    /** A node dies and is taken out, and what ran there of this scenario with it. */
    void loseNode(SimulatedNode lost) {
      lost.kill();
      client.nodes().withName(lost.name()).delete();
      // As the pod garbage collector does for a node that is not there any more.
      client.pods().inNamespace(namespace()).list().getItems().stream()
          .filter(pod -> lost.name().equals(pod.getSpec().getNodeName()))
          .forEach(pod -> client.resource(pod).withGracePeriod(0).delete());
    }

    /** The name of the pod of the Job that the status names. */
    String podOfJob(String name) {
      String job = get(name).getStatus().run().job().name();
      return client
          .pods()
          .inNamespace(namespace())
          .withLabel("batch.kubernetes.io/job-name", job)
          .list()
          .getItems()
          .getFirst()
          .getMetadata()
          .getName();
    }

    @Override
    public void close() {
      namespace.close();
    }
  }
}
