package dev.whimbrel.google.cloudsql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whimbrel.google.GoogleAccess;
import dev.whimbrel.google.iam.PodIdentity;
import dev.whimbrel.google.secrets.SecretFinding;
import dev.whimbrel.google.secrets.SecretLookup;
import dev.whimbrel.google.secrets.SecretManagerClient;
import dev.whimbrel.google.secrets.SecretReference;
import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeFault;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import dev.whimbrel.testkit.google.FakeSecret;
import dev.whimbrel.testkit.kubernetes.Repository;
import dev.whimbrel.testkit.node.SimulatedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Google's own command line against the fake: where our client and our fake agree on a mistake,
 * this one does not.
 *
 * <p>Not against the fake Cloud Run: {@code gcloud run services} speaks Knative's API ({@code
 * apis/serving.knative.dev/v1}, at a host that begins with the region), our client Cloud Run's own
 * ({@code v2}). A second front for the one would say nothing of the other; {@code LiveSmokeIT}
 * reads a real service.
 */
@Tag("google")
class GcloudConformanceIT {

  private static final String INSTANCE = "--instance=orders";
  private static final String REGION = "--region=us-central1";
  private static final String ID = "--format=value(id)";

  @TempDir static Path config;

  private static FakeGoogleCloud cloud;
  private static FakeInstance orders;

  @BeforeAll
  static void startCloud() throws IOException, SQLException {
    requireGcloud();
    cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local());
    orders = cloud.createInstance(FakeInstanceOptions.of("p1:us-central1:orders"));
    orders.createDatabase("shop", "shop", "shop");
    Files.writeString(config.resolve("token"), cloud.accessToken());
  }

  @AfterAll
  static void stopCloud() throws IOException {
    if (cloud != null) {
      cloud.close();
    }
  }

  @Test
  void gcloudCreatesListsDescribesRestoresAndDeletesABackup() throws Exception {
    execute("CREATE TABLE bird (name text)");
    Result created =
        gcloud("sql", "backups", "create", INSTANCE, "--description=by gcloud", "--location=us");
    String id =
        gcloud(
                "sql",
                "backups",
                "list",
                INSTANCE,
                "--filter=description=\"by gcloud\" AND status=SUCCESSFUL",
                "--format=value(id)")
            .output()
            .strip();
    String described =
        gcloud(
                "sql",
                "backups",
                "describe",
                id,
                INSTANCE,
                "--format=value(status,type,location,description)")
            .output();
    execute("DROP TABLE bird");
    Result restored = gcloud("sql", "backups", "restore", id, "--restore-instance=orders");
    execute("SELECT name FROM bird");
    Result deleted = gcloud("sql", "backups", "delete", id, INSTANCE);
    Result remaining = gcloud("sql", "backups", "list", INSTANCE);

    assertThat(created.all()).contains("Backing up Cloud SQL instance").contains("backed up");
    assertThat(described.strip()).isEqualTo("SUCCESSFUL\tON_DEMAND\tus\tby gcloud");
    assertThat(restored.all()).contains("Restored");
    assertThat(deleted.all()).contains("Deleted backup run [" + id + "]");
    assertThat(remaining.all()).contains("Listed 0 items");
  }

  @Test
  void gcloudListsDatabasesAndUsersAndMakesAClone() throws Exception {
    execute("CREATE TABLE nest (name text)");
    String databases =
        gcloud("sql", "databases", "list", INSTANCE, "--format=value(name)").output();
    String users = gcloud("sql", "users", "list", INSTANCE, "--format=value(name)").output();
    Result cloned = gcloud("sql", "instances", "clone", "orders", "orders-check");
    Result again = failing("sql", "instances", "clone", "orders", "orders-check");

    assertThat(databases.lines()).contains("postgres", "shop");
    assertThat(users.lines()).contains("postgres", "shop");
    assertThat(cloned.all()).contains("orders-check");
    try (Connection connection = cloud.instance("p1:us-central1:orders-check").connect("shop");
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT name FROM nest");
    }
    assertThat(again.all()).contains("already exists");
  }

  @Test
  void gcloudCreatesAUserWithAPasswordAndOneWhoLogsInByIam() throws Exception {
    gcloud("sql", "users", "create", "app", INSTANCE, "--password=right");
    gcloud(
        "sql",
        "users",
        "create",
        "whimbrel-runner@p1.iam",
        INSTANCE,
        "--type=cloud_iam_service_account");
    String users = gcloud("sql", "users", "list", INSTANCE, "--format=csv(name,type)").output();

    assertThat(users.lines())
        .contains("app,BUILT_IN", "whimbrel-runner@p1.iam,CLOUD_IAM_SERVICE_ACCOUNT");
    try (Connection connection = orders.connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT rolname FROM pg_authid WHERE rolpassword IS NOT NULL AND rolname IN"
                    + " ('app', 'whimbrel-runner@p1.iam')")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("app");
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void gcloudClonesToAPointInTimeBetweenTheFirstBackupAndTheLatestRecoveryTime() throws Exception {
    TestClock clock = new TestClock(Instant.parse("2026-11-22T10:00:00Z"));
    FakeGoogleCloud own = FakeGoogleCloud.start(FakeGoogleCloudOptions.local().withClock(clock));
    FakeGoogleCloud shared = cloud;
    try (own) {
      FakeInstance birds = own.createInstance(FakeInstanceOptions.of("p1:us-central1:birds"));
      birds.createDatabase("shop", "shop", "shop");
      cloud = own;
      execute(birds, "CREATE TABLE bird (name text)");
      gcloud("sql", "backups", "create", "--instance=birds", "--description=before");
      execute(birds, "DROP TABLE bird");
      clock.turn(Duration.ofMinutes(10));

      gcloud(clone("then", "2026-11-22T10:05:00Z"));
      Result early = failing(clone("early", "2026-11-22T09:59:59Z"));
      Result late = failing(clone("late", "2026-11-22T10:09:30Z"));

      execute(own.instance("p1:us-central1:then"), "SELECT name FROM bird");
      assertThat(early.all()).contains("cannot be recovered to 2026-11-22T09:59:59Z");
      assertThat(late.all()).contains("cannot be recovered to 2026-11-22T10:09:30Z");
      assertThat(gcloud("sql", "instances", "list", "--format=value(name)").output().lines())
          .containsExactlyInAnyOrder("birds", "then");
    } finally {
      cloud = shared;
    }
  }

  private static String[] clone(String name, String pointInTime) {
    return new String[] {
      "sql", "instances", "clone", "birds", name, "--point-in-time=" + pointInTime
    };
  }

  @Test
  void gcloudListsAndDescribesOperationsAndTheInstance() throws Exception {
    String name =
        gcloud(
                "sql",
                "backups",
                "create",
                INSTANCE,
                "--description=listed",
                "--async",
                "--format=value(name)")
            .output()
            .strip();

    String listed =
        gcloud("sql", "operations", "list", INSTANCE, "--format=value(name,operationType)")
            .output();
    String described =
        gcloud(
                "sql",
                "operations",
                "describe",
                name,
                "--format=value(operationType,targetId,user,backupContext.backupId)")
            .output();
    String instance =
        gcloud(
                "sql",
                "instances",
                "describe",
                "orders",
                "--format=value(connectionName,state,databaseVersion,ipAddresses[0].ipAddress)")
            .output();

    assertThat(listed).contains(name + "\tBACKUP_VOLUME");
    assertThat(described.strip())
        .startsWith("BACKUP_VOLUME\torders\twhimbrel-runner@p1.iam.gserviceaccount.com\t")
        .endsWith(Long.toString(orders.backups().getLast().id()));
    assertThat(instance.strip())
        .isEqualTo("p1:us-central1:orders\tRUNNABLE\tPOSTGRES_17\t" + orders.address());
  }

  @Test
  void gcloudReportsTheErrorsAsItDoesThoseOfCloudSql() throws Exception {
    cloud.faults().onNext(ApiCall.INSERT_BACKUP, FakeFault.busy());
    Result busy = failing("sql", "backups", "create", INSTANCE, "--description=busy");
    Result missing = failing("sql", "backups", "list", "--instance=oders");
    orders.behavior().failOperations(Optional.of("The disk could not be read."));
    Result failed = failing("sql", "backups", "create", INSTANCE, "--description=failed");
    orders.behavior().failOperations(Optional.empty());

    assertThat(busy.all()).contains("HTTPError 409").contains("another operation was already");
    assertThat(missing.all()).contains("The Cloud SQL instance does not exist");
    assertThat(failed.all()).contains("[INTERNAL_ERROR] The disk could not be read.");
  }

  @Test
  void gcloudSubmitsFindsDescribesAndCancelsABuildOnAPool() throws Exception {
    cloud
        .cloudBuild()
        .withPool("projects/p1/locations/us-central1/workerPools/private")
        .withImage("shell", SimulatedImage.entrypoint("/bin/sh"));
    Path build =
        Files.writeString(
            config.resolve("cloudbuild.yaml"),
            """
            steps:
              - {id: left, name: shell, script: 'printf "$LEFT" > $BUILDER_OUTPUT/output', env: ["LEFT=5 $$"], waitFor: ["-"]}
              - {id: right, name: shell, args: ["-c", "sleep 60"], waitFor: [left]}
            options:
              logging: CLOUD_LOGGING_ONLY
              pool: {name: projects/p1/locations/us-central1/workerPools/private}
            serviceAccount: projects/p1/serviceAccounts/mig@p1.iam.gserviceaccount.com
            tags: [by-gcloud]
            """);

    String id =
        gcloud("builds", "submit", "--no-source", "--config=" + build, REGION, "--async", ID)
            .output()
            .strip();
    String found = gcloud("builds", "list", REGION, "--filter=tags=by-gcloud", ID).output();
    gcloud("builds", "cancel", id, REGION);
    String described =
        Awaitility.await("the end of the build")
            .atMost(Duration.ofSeconds(30))
            .until(
                () ->
                    gcloud("builds", "describe", id, REGION, "--format=value(status,tags)")
                        .output()
                        .strip(),
                text -> !text.startsWith("WORKING"));
    Result lint =
        failing(
            "builds",
            "submit",
            "--no-source",
            "--config="
                + Files.writeString(
                    config.resolve("lint.yaml"),
                    "steps: [{name: shell, args: ['-c', 'echo $TAG']}]"),
            REGION,
            "--async");

    assertThat(found.strip()).isEqualTo(id);
    assertThat(described).isEqualTo("CANCELLED\tby-gcloud");
    assertThat(lint.all()).contains("\"TAG\" is not a valid built-in substitution");
  }

  @Test
  void gcloudIsToldWhatCloudBuildRefuses() throws Exception {
    cloud.cloudBuild().withPool("projects/p1/locations/us-central1/workerPools/private");
    String pool = "pool: {name: projects/p1/locations/us-central1/workerPools/private}";

    assertThat(refusal("options: {machineType: E2_HIGHCPU_8, " + pool + "}"))
        .contains("machine_type option is disallowed for builds with a Worker Pool");
    assertThat(refusal("options: {" + pool.replace("us-central1", "europe-west3") + "}"))
        .contains("workerpool not found");
    assertThat(refusal("substitutions: {_UNUSED: a}"))
        .contains("key \"_UNUSED\" in the substitution data is not matched in the template");
    assertThat(refusal("images: [$_MISSING]"))
        .contains("key \"_MISSING\" in the template is not matched in the substitution data");
    assertThat(refusal("serviceAccount: projects/p1/serviceAccounts/a@p1.iam.gserviceaccount.com"))
        .contains("if 'build.service_account' is specified, the build must either");
  }

  /** What is said of a build with one step and this besides. */
  private static String refusal(String line) throws Exception {
    Path build =
        Files.writeString(
            Files.createTempFile(config, "refused", ".yaml"),
            "steps: [{name: shell, args: ['-c', ':']}]\n" + line + "\n");
    return failing("builds", "submit", "--no-source", "--config=" + build, REGION, "--async").all();
  }

  @Test
  void gcloudReadsSecretsAndTheCommandsThatWePrintMendThem() throws Exception {
    FakeSecret secret = cloud.secrets().create("p1", "database-url").add("first").add("it's $2\n");
    Result read = gcloud("secrets", "versions", "access", "latest", "--secret=database-url");
    String listed =
        gcloud("secrets", "versions", "list", "database-url", "--format=value(name,state)")
            .output();
    String names = gcloud("secrets", "list", "--format=value(name)").output();
    secret.set(2, FakeSecret.State.DISABLED).deny();

    String grant = remedy();
    gcloud(grant.split(" "));
    String enable = remedy();
    gcloud(enable.split(" "));

    assertThat(read.output()).isEqualTo("it's $2\n");
    assertThat(listed).isEqualTo("2\tenabled\n1\tenabled\n");
    assertThat(names).isEqualTo("database-url\n");
    assertThat(grant).startsWith("secrets add-iam-policy-binding database-url --project=p1");
    assertThat(enable).isEqualTo("secrets versions enable 2 --secret=database-url --project=p1");
    assertThat(find()).isInstanceOf(SecretFinding.Found.class);
  }

  private static String remedy() throws IOException {
    return ((SecretFinding.Refused) find()).remedy().replaceFirst("^gcloud ", "");
  }

  private static SecretFinding find() throws IOException {
    Map<String, String> environment =
        Map.of(
            SecretManagerClient.ENDPOINT_VARIABLE,
            cloud.endpoint().toString(),
            PodIdentity.METADATA_VARIABLE,
            cloud.metadataHost());
    try (SecretManagerClient manager =
        SecretManagerClient.connect(
            GoogleAccess.of(environment, SecretManagerClient.ENDPOINT_VARIABLE))) {
      return new SecretLookup(manager, PodIdentity.member(environment, "shop", "migrator"))
          .find(new SecretReference("p1", "database-url", "latest"));
    }
  }

  @Test
  void gcloudKnowsEveryCommandOfTheDocumentation() throws Exception {
    List<String> commands = documented();
    Path text =
        Files.writeString(
            config.resolve("commands.md"), "```\n" + String.join("\n", commands) + "\n```\n");

    Result lint = gcloud("meta", "lint-gcloud-commands", "--commands-text-file=" + text);

    JsonNode verdicts = new ObjectMapper().readTree(lint.output());
    assertThat(verdicts).hasSize(commands.size());
    assertThat(verdicts)
        .allSatisfy(verdict ->
            assertThat(verdict.path("success").asBoolean())
                .as(
                    "%s: %s",
                    verdict.path("command_string").asText(), verdict.path("error_message").asText())
                .isTrue());
  }

  /** The commands in the code blocks of {@code docs}, with something for every variable. */
  private static List<String> documented() throws IOException {
    Pattern block = Pattern.compile("```bash\n(.*?)```", Pattern.DOTALL);
    Pattern command = Pattern.compile("\\bgcloud [a-z][^\n|;#]*");
    List<String> commands = new ArrayList<>();
    try (Stream<Path> pages = Files.list(Repository.root().resolve("docs"))) {
      for (Path page : pages.filter(file -> file.toString().endsWith(".md")).sorted().toList()) {
        String joined = Files.readString(page).replace("\\\n", "");
        block
            .matcher(joined)
            .results()
            .flatMap(found -> command.matcher(found.group(1)).results())
            // Without the end of $( ).
            .map(found -> found.group().strip().replaceFirst("\\)$", ""))
            .map(found -> found.replaceAll("\\$[A-Za-z]+", "x1").replaceAll("['\"]", ""))
            .forEach(commands::add);
      }
    }
    return commands;
  }

  private static void requireGcloud() {
    boolean found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "gcloud")));
    if (found) {
      return;
    }
    String missing = "gcloud is not on the PATH: the fake is not checked against it";
    if ("true".equals(System.getenv("CI"))) {
      fail(missing + ", which CI requires");
    }
    System.err.println("Skipped GcloudConformanceIT: " + missing);
    abort(missing);
  }

  /** What a command said. */
  private record Result(int exitCode, String output, String error) {

    String all() {
      return output + error;
    }
  }

  private static Result gcloud(String... arguments) throws IOException, InterruptedException {
    Result result = run(arguments);
    assertThat(result.exitCode()).as(result.all()).isZero();
    return result;
  }

  private static Result failing(String... arguments) throws IOException, InterruptedException {
    Result result = run(arguments);
    assertThat(result.exitCode()).as(result.all()).isEqualTo(1);
    return result;
  }

  private static Result run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("gcloud"));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(config, "out", ".txt");
    Path error = Files.createTempFile(config, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(error.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "CLOUDSDK_CONFIG",
                config.toString(),
                "CLOUDSDK_CORE_PROJECT",
                "p1",
                "CLOUDSDK_CORE_DISABLE_PROMPTS",
                "1",
                "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING",
                "true",
                "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK",
                "true",
                "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE",
                config.resolve("token").toString(),
                "CLOUDSDK_API_ENDPOINT_OVERRIDES_SQL",
                cloud.endpoint().toString(),
                "CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDBUILD",
                cloud.endpoint().toString(),
                "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER",
                cloud.endpoint().toString()));
    Process process = builder.start();
    try {
      assertThat(process.waitFor(Duration.ofMinutes(2).toSeconds(), TimeUnit.SECONDS))
          .as("gcloud ended: %s", command)
          .isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Result(
        process.exitValue(),
        Files.readString(output, StandardCharsets.UTF_8),
        Files.readString(error, StandardCharsets.UTF_8));
  }

  private static void execute(String sql) throws SQLException {
    execute(orders, sql);
  }

  private static void execute(FakeInstance instance, String sql) throws SQLException {
    try (Connection connection = instance.connect("shop");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
