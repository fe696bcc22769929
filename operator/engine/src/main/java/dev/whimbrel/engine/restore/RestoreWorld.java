package dev.whimbrel.engine.restore;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseRestore;
import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.engine.JobView;
import dev.whimbrel.engine.World;
import java.util.List;
import java.util.Optional;

/**
 * What was observed about one restore.
 *
 * @param restore by live read
 * @param migration the one that it names, by live read
 * @param source the plan whose backup is put back, where the spec names one
 * @param plan the plan of the restore itself, by live read
 * @param approvals every approval that names the restore
 * @param job the Job that its status names
 * @param lease the Lease of the instance; of another restore that is unresolved it is in use
 * @param atWork whoever holds the Lease of a database on the instance and is not at rest, for
 *     people; read after {@code lease}, so that of a run and a restore that begin at once one sees
 *     the other
 * @param neighbours every migration of a database on the instance, for people
 */
public record RestoreWorld(
    DatabaseRestore restore,
    Optional<DatabaseMigration> migration,
    Optional<MigrationPlan> source,
    Optional<MigrationPlan> plan,
    List<MigrationApproval> approvals,
    JobView job,
    World.LeaseView lease,
    List<String> atWork,
    List<String> neighbours) {

  public RestoreWorld {
    approvals = List.copyOf(approvals);
    atWork = List.copyOf(atWork);
    neighbours = List.copyOf(neighbours);
  }
}
