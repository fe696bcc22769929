package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.AlembicSource;
import dev.whimbrel.api.v1alpha1.CloudSqlDatabase;
import dev.whimbrel.api.v1alpha1.Database;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.DatabaseRestore;
import dev.whimbrel.api.v1alpha1.DatabaseRestoreStatus;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.api.v1alpha1.RestorePoint;
import dev.whimbrel.api.v1alpha1.RunSettings;
import dev.whimbrel.api.v1alpha1.Source;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.restore.RestoreEngine;
import dev.whimbrel.engine.restore.RestoreWorld;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Optional;

/** What the Jobs of a restore are told. They borrow database, login and source of its migration. */
final class RestoreInputs {

  private RestoreInputs() {}

  /** The spec of the migration, with the service account of the restore. */
  static JobSpec job(DatabaseRestore restore, RestoreWorld world) {
    DatabaseMigrationSpec spec = spec(restore, world);
    String account = restore.getSpec().serviceAccountName();
    return new JobSpec(
        account == null
            ? spec
            : spec.withRun(
                Optional.ofNullable(spec.run())
                    .map(run -> run.withServiceAccountName(account))
                    .orElseGet(() -> RunSettings.of(account))),
        Optional.ofNullable(spec.source().alembic()).map(AlembicSource::image));
  }

  /**
   * Of a migration that is gone only the instance counts any more: what was asked of Cloud SQL is
   * waited for all the same.
   */
  private static DatabaseMigrationSpec spec(DatabaseRestore restore, RestoreWorld world) {
    return world
        .migration()
        .map(DatabaseMigration::getSpec)
        .orElseGet(() ->
            new DatabaseMigrationSpec(
                new Database(
                    new CloudSqlDatabase(restore.getStatus().instance(), "postgres", null, null),
                    null),
                new Source(null, null),
                null,
                null,
                null,
                null,
                null,
                null));
  }

  /** The input of a Job. One that verifies reads the history and asks nothing else. */
  static RunnerInput input(DatabaseRestore restore, RestoreWorld world, Effect.CreateJob create) {
    RunnerInput input = RunnerInputs.ofRestore(restore, spec(restore, world), create);
    return create.steps().contains(Step.VERIFY) ? input : input.withRestore(told(restore, world));
  }

  private static RunnerInput.Restore told(DatabaseRestore restore, RestoreWorld world) {
    Optional<ObjectMeta> named = world.migration().map(DatabaseMigration::getMetadata);
    Optional<DatabaseMigrationStatus> known = world.migration().map(DatabaseMigration::getStatus);
    DatabaseRestoreStatus status = restore.getStatus();
    Integer retries = status.attempt().retries();
    return new RunnerInput.Restore(
        restore.getSpec().migration(),
        named.map(ObjectMeta::getUid).orElse(""),
        known.map(DatabaseMigrationStatus::currentRevision).orElse(null),
        known.map(DatabaseMigrationStatus::restorePoint).map(RestorePoint::time).orElse(null),
        status.backup().id(),
        status.operationsUntil(),
        retries == null || retries == 0,
        RestoreEngine.deadline(restore.getSpec()).toSeconds(),
        Optional.ofNullable(status.plan()).map(PlanReference::hash).orElse(null));
  }
}
