package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.AlembicSource;
import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.api.v1alpha1.CloudSqlDatabase;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.DatabaseRestore;
import dev.whimbrel.api.v1alpha1.EnvironmentSource;
import dev.whimbrel.api.v1alpha1.EnvironmentVariable;
import dev.whimbrel.api.v1alpha1.FlywaySource;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PostgresDatabase;
import dev.whimbrel.api.v1alpha1.RolloutStatus;
import dev.whimbrel.api.v1alpha1.RunSettings;
import dev.whimbrel.api.v1alpha1.Source;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import dev.whimbrel.api.v1alpha1.ValueSource;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.engine.World;
import dev.whimbrel.engine.restore.RestoreEngine;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** From a spec to the input of a runner: what a Job is told, and nothing secret. */
final class RunnerInputs {

  /**
   * How long a pod that has planned waits to be told whether to go on. It holds no lock meanwhile,
   * and giving up costs a second pod: of 40 at once on two cores a third gave up after 15 seconds,
   * which made all of them slower.
   */
  private static final int GATE_SECONDS = 30;

  /** The first Job of a run plans, so the second is the earliest that can ask for its backup. */
  private static final int EARLIEST_BACKUP_JOB = 2;

  /** Steps that have to do with the traffic of the application. */
  private static final Set<Step> OF_APPLICATION =
      Set.of(Step.PLAN, Step.MIGRATE, Step.ROLLBACK, Step.TRAFFIC);

  private RunnerInputs() {}

  /**
   * The input.
   *
   * @param effective the migration's spec with the source that the Job works from
   */
  static RunnerInput of(
      DatabaseMigration migration,
      DatabaseMigrationSpec effective,
      World world,
      Effect.CreateJob create) {
    Spec spec = new Spec(effective);
    Source source = effective.source();
    RunnerInput input =
        new RunnerInput(
            RunnerInput.VERSION,
            new RunnerInput.Migration(
                migration.getMetadata().getNamespace(),
                migration.getMetadata().getName(),
                migration.getMetadata().getUid()),
            migration.getStatus().run().id(),
            create.attempt(),
            create.steps(),
            database(spec),
            source.flyway() == null ? null : flyway(source.flyway(), spec),
            source.alembic() == null ? null : alembic(source.alembic(), planned(world, create)),
            planned(world, create).map(RunnerInput.ExpectedPlan::of).orElse(null),
            create.gate().map(risk -> new RunnerInput.Gate(risk, GATE_SECONDS)).orElse(null),
            backup(migration, create, spec),
            guard(spec),
            spec.checks().stream()
                .map(check -> new RunnerInput.Check(check.name(), check.query()))
                .toList(),
            isOfRollout(migration, create)
                ? VerifyInputs.ofRollout(spec, world.plan())
                : VerifyInputs.of(spec),
            continued(world, create));
    return input
        .withGoogle(
            google(
                effective,
                planned(world, create),
                create.steps(),
                cloudRun(spec, migration.getStatus().traffic(), create.steps())))
        .withRehearse(rehearse(spec, world, create))
        .withTrace(
            TraceSidecars.settings(effective, create.steps())
                .map(any -> new RunnerInput.Trace(TraceSidecars.PORT))
                .orElse(null));
  }

  /** What carries a plan out does what the plan says, whatever the spec says by now. */
  private static String rehearse(Spec spec, World world, Effect.CreateJob create) {
    boolean rehearses =
        create.plan()
            ? world.plan().map(plan -> plan.getSpec().rehearses()).orElse(false)
            : spec.rehearses() && create.steps().contains(Step.PLAN);
    return rehearses ? "Downgrade" : null;
  }

  /** A split of another service is none of this one. */
  private static RunnerInput.CloudRun cloudRun(
      Spec spec, TrafficStatus recorded, List<Step> steps) {
    return steps.stream().noneMatch(OF_APPLICATION::contains)
        ? null
        : spec.application()
            .map(target ->
                new RunnerInput.CloudRun(
                    target.project(),
                    target.region(),
                    target.service(),
                    Optional.ofNullable(recorded)
                        .filter(split -> target.resource().equals(split.service()))
                        .orElse(null)))
            .orElse(null);
  }

  private static RunnerInput.Google google(
      DatabaseMigrationSpec effective,
      Optional<MigrationPlanSpec> plan,
      List<Step> steps,
      RunnerInput.CloudRun cloudRun) {
    List<RunnerInput.Secret> secrets = NeededSecrets.of(effective, plan, steps);
    boolean plans = steps.contains(Step.PLAN);
    boolean instance = plans && effective.database().cloudSQL() != null;
    return secrets.isEmpty() && !instance && cloudRun == null
        ? null
        : new RunnerInput.Google(
            serviceAccount(effective),
            secrets,
            plans && new Spec(effective).mayBackUp() ? true : null,
            cloudRun);
  }

  private static String serviceAccount(DatabaseMigrationSpec spec) {
    return Optional.ofNullable(spec.run()).map(RunSettings::serviceAccountName).orElse("default");
  }

  /**
   * The input of a Job of a restore: where the database is, and from what its history is read.
   *
   * @param spec of the migration that the restore names
   */
  static RunnerInput ofRestore(
      DatabaseRestore restore, DatabaseMigrationSpec spec, Effect.CreateJob create) {
    Spec filled = new Spec(spec);
    Source source = spec.source();
    RunnerInput input =
        new RunnerInput(
            RunnerInput.VERSION,
            new RunnerInput.Migration(
                restore.getMetadata().getNamespace(),
                restore.getMetadata().getName(),
                restore.getMetadata().getUid()),
            RestoreEngine.RUN,
            create.attempt(),
            create.steps(),
            database(filled),
            source.flyway() == null ? null : flyway(source.flyway(), filled),
            source.alembic() == null ? null : alembic(source.alembic(), Optional.empty()),
            null,
            null,
            null,
            guard(filled),
            List.of(),
            null,
            null);
    return input.withGoogle(google(spec, Optional.empty(), create.steps(), null));
  }

  private static RunnerInput.Guard guard(Spec spec) {
    return new RunnerInput.Guard(
        spec.lockTimeout().toMillis(),
        spec.maxBlockedSessions(),
        spec.deadline(false).toSeconds(),
        spec.deadline(true).toSeconds());
  }

  private static boolean isOfRollout(DatabaseMigration migration, Effect.CreateJob create) {
    return Optional.ofNullable(migration.getStatus().rollout())
        .map(RolloutStatus::job)
        .filter(job -> job.name().equals(create.name()))
        .isPresent();
  }

  private static RunnerInput.Database database(Spec spec) {
    if (spec.cloudSql()) {
      var cloudSql = spec.written().database().cloudSQL();
      return new RunnerInput.Database(
          cloudSql.instance(),
          null,
          null,
          cloudSql.database(),
          null,
          cloudSql.role(),
          by(cloudSql));
    }
    PostgresDatabase postgres = spec.written().database().postgres();
    return new RunnerInput.Database(
        null,
        postgres.host(),
        spec.port(),
        postgres.database(),
        postgres.sslMode() == null ? "verify-full" : postgres.sslMode(),
        postgres.role());
  }

  private static RunnerInput.By by(CloudSqlDatabase database) {
    if (database.connect() == null || database.connect().equals(CloudSqlDatabase.PRIVATE_IP)) {
      return null;
    }
    boolean proxy = database.connect().equals(CloudSqlDatabase.PROXY);
    // A restore knows no login, and needs none.
    boolean iam = database.credentials() != null && database.credentials().iam() != null;
    return new RunnerInput.By(proxy ? ProxySidecar.port(database) : null, iam);
  }

  private static RunnerInput.Flyway flyway(FlywaySource source, Spec spec) {
    return new RunnerInput.Flyway(
        source.configMaps(),
        spec.table(),
        source.defaultSchema(),
        source.schemas(),
        source.placeholders().stream()
            .map(p -> new RunnerInput.Placeholder(p.name(), p.value()))
            .toList(),
        source.target() == null ? "latest" : source.target(),
        source.baselineVersion(),
        Boolean.TRUE.equals(source.outOfOrder()),
        Boolean.TRUE.equals(source.mixed()),
        Boolean.TRUE.equals(source.group()),
        source.allowDowngrade());
  }

  private static Optional<MigrationPlanSpec> planned(World world, Effect.CreateJob create) {
    return create.plan() ? world.plan().map(MigrationPlan::getSpec) : Optional.empty();
  }

  /**
   * The image as the spec names it, pinned or not: that is what the plan's hash is over. Of one
   * that is made first only the digest counts, which the plan has.
   */
  private static RunnerInput.Alembic alembic(
      AlembicSource source, Optional<MigrationPlanSpec> plan) {
    Map<String, String> environment = new TreeMap<>();
    source.env().stream()
        .filter(variable -> !NeededSecrets.isSecret(variable))
        .forEach(variable -> environment.put(variable.name(), value(variable)));
    for (int i = 0; i < source.envFrom().size(); i++) {
      environment.put("envFrom[" + i + "]", values(source.envFrom().get(i)));
    }
    return new RunnerInput.Alembic(
        source.build() == null
            ? source.image()
            : plan.map(MigrationPlanSpec::image).orElseGet(source::named),
        source.command(),
        environment,
        source.target() == null ? "head" : source.target(),
        source.allowDowngrade());
  }

  private static String value(EnvironmentVariable variable) {
    ValueSource from = variable.valueFrom();
    if (from == null) {
      return variable.value() == null ? "" : variable.value();
    }
    return from.secretKeyRef() != null
        ? "secret " + from.secretKeyRef().name() + "/" + from.secretKeyRef().key()
        : "configMap " + from.configMapKeyRef().name() + "/" + from.configMapKeyRef().key();
  }

  private static String values(EnvironmentSource source) {
    return (source.secretRef() != null
            ? "secret " + source.secretRef().name()
            : "configMap " + source.configMapRef().name())
        + (source.prefix() == null ? "" : ", prefix " + source.prefix());
  }

  /** For a Job that plans the rest of a plan, and for one that carries such a rest out. */
  private static RunnerInput.Continued continued(World world, Effect.CreateJob create) {
    boolean told =
        create.steps().contains(Step.PLAN)
            || create.steps().contains(Step.MIGRATE)
                && world.plan().filter(plan -> plan.getSpec().continues() != null).isPresent();
    return told ? world.earlier().map(RunnerInputs::continued).orElse(null) : null;
  }

  private static RunnerInput.Continued continued(MigrationPlan plan) {
    return new RunnerInput.Continued(
        plan.getMetadata().getName(),
        plan.getMetadata().getUid(),
        plan.getSpec().hash(),
        plan.getSpec().recorded().stream()
            .map(revision -> new RunnerInput.ContinuedRevision(revision.script(), revision.hash()))
            .toList());
  }

  /** For a Job that takes one, and for one that verifies what was carried out with one. */
  private static RunnerInput.Backup backup(
      DatabaseMigration migration, Effect.CreateJob create, Spec spec) {
    BackupStatus backup = migration.getStatus().backup();
    if (!create.steps().contains(Step.BACKUP)) {
      boolean verifies = create.steps().contains(Step.VERIFY) && create.plan();
      return verifies && backup != null && backup.id() != null
          ? RunnerInput.Backup.taken(backup.description(), backup.requestedAt(), backup.id())
          : null;
    }
    String runUid = migration.getMetadata().getUid() + "/" + migration.getStatus().run().id();
    return new RunnerInput.Backup(
        backup.description(),
        backup.requestedAt(),
        spec.backupMaxAge().orElse(null),
        create.attempt() <= EARLIEST_BACKUP_JOB && backup.description().contains(runUid),
        spec.backupsKeptFor().map(Duration::toSeconds).orElse(null),
        null);
  }
}
