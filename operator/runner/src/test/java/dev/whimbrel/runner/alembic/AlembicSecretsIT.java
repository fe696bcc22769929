package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.google.iam.PodIdentity;
import dev.whimbrel.google.secrets.SecretManagerClient;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeFault;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeSecret;
import dev.whimbrel.testkit.python.NeedsPython;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A tool whose environment comes from Secret Manager: by version, in memory, and never printed. */
@Tag("google")
@NeedsPython
class AlembicSecretsIT {

  private static final String SALT = "it's \"$HOME\" `id` \\ and\na second line\n";

  private final AlembicHarness alembic = new AlembicHarness();
  private final List<RunnerInput.Secret> wanted = new ArrayList<>();
  private FakeGoogleCloud cloud;
  private FakeSecret url;

  @BeforeEach
  void start() throws Exception {
    cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local());
    alembic.job().environment(SecretManagerClient.ENDPOINT_VARIABLE, cloud.endpoint().toString());
    alembic.job().environment(PodIdentity.METADATA_VARIABLE, cloud.metadataHost());
    // The kubelet fills in nothing.
    alembic.job().environment(RunnerInput.URL_VARIABLE, "");
    alembic.toolEnvironment("DATABASE_URL", null);
    url = cloud.secrets().create("p1", "database-url").add(databaseUrl());
    cloud.secrets().create("p1", "encryption-master-salt").add(SALT);
    wants(RunnerInput.URL_VARIABLE, "database-url", "latest");
    wants("DATABASE_URL", "database-url", "latest");
    wants("ENCRYPTION_MASTER_SALT", "encryption-master-salt", "latest");
    alembic.secrets(wanted);
    alembic.revision(
        "a1",
        null,
        """
        import hashlib, os
        salt = hashlib.md5(os.environ["ENCRYPTION_MASTER_SALT"].encode()).hexdigest()
        op.execute(f"CREATE TABLE seen AS SELECT '{salt}'::text AS salt")
        """,
        "op.execute(\"DROP TABLE seen\")");
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
    alembic.close();
  }

  @Test
  void theToolGetsEveryCharacterOfAValueAndNobodyElseDoes() throws Exception {
    MigrationPlanSpec plan = alembic.plan();
    RunnerHarness.Run run = alembic.run(plan, Step.MIGRATE, Step.VERIFY);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.VERIFIED);
    assertThat(alembic.job().query("SELECT salt FROM seen")).isEqualTo(md5(SALT));
    assertThat(plan.settings())
        .containsEntry("environment.DATABASE_URL", "projects/p1/secrets/database-url/versions/1")
        .containsEntry(
            "environment.ENCRYPTION_MASTER_SALT",
            "projects/p1/secrets/encryption-master-salt/versions/1")
        .doesNotContainKey("environment." + RunnerInput.URL_VARIABLE);
    assertThat(run.log() + plan + run.result() + alembic.toolLog())
        .doesNotContain("s3cr")
        .doesNotContain("a second line");
    assertThat(everythingBelow(alembic.job().root()))
        .doesNotContain("s3cr")
        .doesNotContain("a second line");
  }

  @Test
  void aPlanIsCarriedOutWithTheVersionsThatItWasMadeWith() {
    MigrationPlanSpec plan = alembic.plan();
    url.add("postgresql+psycopg2://nobody:wrong@127.0.0.1:1/nowhere");
    wanted.replaceAll(secret ->
        plan.settings().values().stream()
            .flatMap(bound -> secret.boundTo(bound).stream())
            .findFirst()
            .orElseThrow());

    RunnerHarness.Run run = alembic.run(plan, Step.MIGRATE);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.MIGRATED);
  }

  @Test
  void anotherVersionIsAnotherPlan() {
    MigrationPlanSpec plan = alembic.plan();
    cloud.secrets().create("p1", "encryption-master-salt").add("old").add("new");

    assertThat(alembic.plan().hash()).isNotEqualTo(plan.hash());
    assertThat(alembic.run(plan, Step.MIGRATE).result().outcome()).isEqualTo(Outcome.PLAN_CHANGED);
  }

  @Test
  void allThatCannotBeReadIsSaidAtOnceWithWhatMendsIt() {
    url.set(1, FakeSecret.State.DISABLED);
    cloud.secrets().create("p1", "secret-key").add("key").deny();
    wants("SECRET_KEY", "secret-key", "latest");
    wants("GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_PROJECT", "latest");
    cloud.secrets().create("p1", "google-cloud-project").add("kotori-io");

    RunnerHarness.Run run = alembic.run(Step.PLAN);

    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().reason()).isEqualTo("SecretNotReadable");
    assertThat(run.checks())
        .extracting(CheckResult::name, CheckResult::result)
        .contains(
            tuple("secret database-url (DATABASE_URL)", "Failed"),
            tuple("secret secret-key (SECRET_KEY)", "Failed"),
            tuple("secret GOOGLE_CLOUD_PROJECT (GOOGLE_CLOUD_PROJECT)", "Failed"),
            tuple("network", "Passed"),
            tuple("login", "Skipped"));
    assertThat(run.result().message())
        .contains("gcloud secrets versions enable 1 --secret=database-url --project=p1")
        .contains("secret GOOGLE_CLOUD_PROJECT of project p1 does not exist: did you mean")
        .contains("google-cloud-project?")
        .contains(
            "gcloud secrets add-iam-policy-binding secret-key --project=p1"
                + " --member=serviceAccount:whimbrel-runner@p1.iam.gserviceaccount.com"
                + " --role=roles/secretmanager.secretAccessor");
  }

  @Test
  void aServiceThatDoesNotAnswerIsTriedAgainByAnotherJob() {
    cloud.faults().always(ApiCall.ACCESS_SECRET_VERSION, new FakeFault.Refuse(500, "", "oops"));

    RunnerHarness.Run run = alembic.run(Step.PLAN);

    assertThat(run.exit()).isEqualTo(20);
    assertThat(run.result().reason()).isEqualTo("SecretManagerUnreachable");
  }

  @Test
  void aValueThatAPreviewWouldShowIsHiddenInIt() {
    cloud.secrets().create("p1", "role-password").add("correct-horse");
    wants("ROLE_PASSWORD", "role-password", "latest");
    alembic.revision(
        "a1",
        null,
        "import os\nop.execute(f\"CREATE ROLE x PASSWORD '{os.environ['ROLE_PASSWORD']}'\")",
        "pass");

    MigrationPlanSpec plan = alembic.plan();

    assertThat(plan.revisions().getFirst().sql().toString())
        .contains("PASSWORD '***'")
        .doesNotContain("correct-horse");
  }

  @Test
  void aValueThatIsAWordOfAPathDoesNotHideTheFileBehindIt() {
    cloud.secrets().create("p1", "google-cloud-location").add("versions");
    wants("GOOGLE_CLOUD_LOCATION", "google-cloud-location", "latest");

    MigrationPlanSpec plan = alembic.plan();

    assertThat(plan.revisions().getFirst().sql().toString()).contains("CREATE TABLE seen");
  }

  private void wants(String variable, String secret, String version) {
    wanted.add(new RunnerInput.Secret(variable, "p1", secret, version));
  }

  private String databaseUrl() {
    return "postgresql+psycopg2://postgres:s3cr%25t@127.0.0.1:"
        + RunnerHarness.server().port()
        + "/"
        + alembic.job().database();
  }

  private static String md5(String text) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String everythingBelow(Path root) throws Exception {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }
}
