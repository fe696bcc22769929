package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.DatabaseRestore;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.PlannedRestore;
import dev.whimbrel.api.v1alpha1.RunSettings;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.restore.RestoreWorld;
import dev.whimbrel.protocol.Durations;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.util.Optional;

/** What the Jobs of a restore are told. They borrow database, login and source of its migration. */
final class RestoreInputs {

  private RestoreInputs() {}

  /** The spec of the migration, with the service account of the restore. */
  static JobSpec job(DatabaseRestore restore, RestoreWorld world) {
    DatabaseMigrationSpec spec = migration(world).getSpec();
    String account = restore.getSpec().serviceAccountName();
    return new JobSpec(
        account == null
            ? spec
            : spec.withRun(
                Optional.ofNullable(spec.run())
                    .map(run -> run.withServiceAccountName(account))
                    .orElseGet(() -> RunSettings.of(account))),
        Optional.ofNullable(spec.source().alembic()).map(source -> source.image()));
  }

  /** The input of a Job. One that verifies reads the history and asks nothing else. */
  static RunnerInput input(DatabaseRestore restore, RestoreWorld world, Effect.CreateJob create) {
    RunnerInput input = RunnerInputs.ofRestore(restore, migration(world).getSpec(), create);
    return create.steps().contains(Step.VERIFY)
        ? input
        : input.withRestore(told(restore, world, create));
  }

  private static RunnerInput.Restore told(
      DatabaseRestore restore, RestoreWorld world, Effect.CreateJob create) {
    DatabaseMigration migration = migration(world);
    Optional<DatabaseMigrationStatus> status = Optional.ofNullable(migration.getStatus());
    Optional<MigrationPlan> plan = create.plan() ? world.plan() : Optional.empty();
    Integer retries = restore.getStatus().attempt().retries();
    Duration deadline =
        Optional.ofNullable(restore.getSpec().deadline())
            .map(Durations::parse)
            .orElse(Duration.ofHours(2));
    return new RunnerInput.Restore(
        migration.getMetadata().getName(),
        migration.getMetadata().getUid(),
        status.map(DatabaseMigrationStatus::currentRevision).orElse(null),
        status.map(DatabaseMigrationStatus::restorePoint).orElse(null),
        restore.getStatus().backup().id(),
        plan.map(found -> found.getSpec().restore())
            .map(PlannedRestore::operationsUntil)
            .orElse(null),
        retries == null || retries == 0,
        deadline.toSeconds(),
        plan.map(found -> found.getSpec().hash()).orElse(null));
  }

  private static DatabaseMigration migration(RestoreWorld world) {
    return world
        .migration()
        .orElseThrow(() -> new IllegalStateException("the migration of the restore is gone"));
  }
}
