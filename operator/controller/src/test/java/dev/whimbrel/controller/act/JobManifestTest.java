package dev.whimbrel.controller.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.JobView;
import dev.whimbrel.engine.World;
import dev.whimbrel.protocol.BuildInput;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The manifests of Jobs, one folder per case: the migration, the plan if there is one, and the Job
 * that is to come of it, in which the runner's input is spelt out.
 *
 * <p>After a change that is meant: {@code ./mvnw -pl operator/controller -am test
 * -Dtest=JobManifestTest -Dsurefire.failIfNoSpecifiedTests=false -Dwhimbrel.generate} rewrites the
 * Jobs; read the difference.
 */
class JobManifestTest {

  private static final Path CASES = Path.of("src/test/resources/jobs");
  private static final boolean GENERATE =
      !List.of("", "false").contains(System.getProperty("whimbrel.generate", "false"));

  private static final Set<String> JSON = Set.of(RunnerInput.VARIABLE, BuildInput.VARIABLE);

  private final JobManifest manifests =
      new JobManifest(
          new RunnerImage(
              "whimbrel:1", "IfNotPresent", Map.of("WHIMBREL_SQLADMIN_URL", "http://sqladmin/")));

  static Stream<Arguments> cases() {
    return Stream.of(
        arguments("flyway-plan", List.of(Step.PLAN), true),
        arguments("flyway-together", List.of(Step.PLAN, Step.MIGRATE, Step.VERIFY), false),
        arguments("flyway-migrate-after-a-new-spec", List.of(Step.MIGRATE, Step.VERIFY), false),
        arguments("flyway-verify-requests", List.of(Step.VERIFY), true),
        arguments("secrets-flyway-password", List.of(Step.PLAN), true),
        arguments("secrets-alembic-migrate", List.of(Step.MIGRATE, Step.VERIFY), false),
        arguments("secrets-alembic-inspect", List.of(Step.INSPECT), false),
        arguments("proxy-alembic-migrate", List.of(Step.MIGRATE, Step.VERIFY), false),
        arguments("trace-flyway-plan", List.of(Step.PLAN), true),
        arguments("build-flyway-plan", List.of(Step.PLAN), true),
        arguments("build-alembic-migrate", List.of(Step.MIGRATE, Step.VERIFY), false),
        arguments("cloud-run-traffic", List.of(Step.TRAFFIC), true),
        arguments("alembic-plan", List.of(Step.PLAN), true),
        arguments("alembic-migrate-pinned", List.of(Step.MIGRATE, Step.VERIFY), false),
        arguments("alembic-inspect", List.of(Step.INSPECT), false),
        arguments("alembic-rollback-after-a-new-spec", List.of(Step.ROLLBACK), false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void becomesTheJobOfItsFile(String name, List<Step> steps, boolean owned) throws IOException {
    DatabaseMigration migration = read(name, "migration", DatabaseMigration.class).orElseThrow();
    Optional<MigrationPlan> plan = read(name, "plan", MigrationPlan.class);

    JsonNode job = job(migration, plan, steps, owned);

    Path file = CASES.resolve(name + "/job.yaml");
    if (GENERATE) {
      Files.writeString(file, yaml(job));
    }
    assertThat(yaml(job)).isEqualTo(Files.readString(file));
  }

  /** Keys in the order of the alphabet: maps have none of their own. */
  private static String yaml(JsonNode job) throws IOException {
    return YAMLMapper.builder()
        .configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true)
        .configure(YAMLGenerator.Feature.MINIMIZE_QUOTES, true)
        .configure(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS, true)
        .configure(YAMLGenerator.Feature.WRITE_DOC_START_MARKER, false)
        .configure(YAMLGenerator.Feature.SPLIT_LINES, false)
        .build()
        .writeValueAsString(Serialization.jsonMapper().convertValue(job, Object.class));
  }

  private JsonNode job(
      DatabaseMigration migration, Optional<MigrationPlan> plan, List<Step> steps, boolean owned) {
    JsonNode job =
        Serialization.unmarshal(
            Serialization.asJson(
                manifests.build(migration, world(migration, plan), create(plan, steps, owned))),
            JsonNode.class);
    for (JsonNode container : job.at("/spec/template/spec/containers")) {
      for (JsonNode variable : container.path("env")) {
        if (JSON.contains(variable.path("name").asText())) {
          ((ObjectNode) variable)
              .set(
                  "value",
                  Serialization.unmarshal(variable.path("value").asText(), JsonNode.class));
        }
      }
    }
    return job;
  }

  private static World world(DatabaseMigration migration, Optional<MigrationPlan> plan) {
    return new World(
        migration,
        plan,
        Optional.empty(),
        List.of(),
        new JobView.None(),
        new World.LeaseView.Ours(),
        new World.SourceView(Optional.empty(), ""),
        Optional.empty());
  }

  private static Effect.CreateJob create(
      Optional<MigrationPlan> plan, List<Step> steps, boolean owned) {
    boolean gated = steps.contains(Step.PLAN) && steps.contains(Step.MIGRATE);
    return new Effect.CreateJob(
        "orders-1",
        1,
        steps,
        plan.isPresent(),
        gated ? Optional.of("Low") : Optional.empty(),
        owned,
        Duration.ofMinutes(10));
  }

  private static <T> Optional<T> read(String name, String what, Class<T> type) throws IOException {
    Path file = CASES.resolve(name + "/" + what + ".yaml");
    return Files.exists(file)
        ? Optional.of(Serialization.unmarshal(Files.readString(file), type))
        : Optional.empty();
  }

  @Test
  void everyCaseHasItsFiles() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      assertThat(folders.map(folder -> folder.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(cases().map(one -> (String) one.get()[0]).toList());
    }
  }
}
