package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import java.util.List;
import java.util.Optional;

/**
 * What was observed about one migration.
 *
 * @param migration by live read
 * @param plan the plan that its status names, by live read
 * @param earlier the partly carried out plan whose rest the run plans, by live read
 * @param approvals every approval that names the migration
 * @param job the Job that its status names
 * @param rollout the Job that verifies its rollout
 * @param lease the Lease of its database
 * @param source its ConfigMaps
 * @param claimedBy an older migration with the same database and history table
 * @param server what happens to the server of the database as a whole
 * @param rehearsed another plan, whose revisions and ways back are those of this one, and which was
 *     rehearsed; only looked for while it matters
 * @param traffic the Job that puts the application's traffic back
 * @param policies what is forbidden in its namespace, by live read; only read while it matters
 */
public record World(
    DatabaseMigration migration,
    Optional<MigrationPlan> plan,
    Optional<MigrationPlan> earlier,
    List<MigrationApproval> approvals,
    JobView job,
    JobView rollout,
    LeaseView lease,
    SourceView source,
    Optional<String> claimedBy,
    ServerView server,
    Optional<Rehearsed> rehearsed,
    JobView traffic,
    PolicyView policies) {

  public World {
    approvals = List.copyOf(approvals);
  }

  /** A world in which nobody else has rehearsed, no traffic is moved and nothing is forbidden. */
  public World(
      DatabaseMigration migration,
      Optional<MigrationPlan> plan,
      Optional<MigrationPlan> earlier,
      List<MigrationApproval> approvals,
      JobView job,
      JobView rollout,
      LeaseView lease,
      SourceView source,
      Optional<String> claimedBy,
      ServerView server) {
    this(
        migration,
        plan,
        earlier,
        approvals,
        job,
        rollout,
        lease,
        source,
        claimedBy,
        server,
        Optional.empty(),
        new JobView.None(),
        PolicyView.NONE);
  }

  /** A world in which nothing is restored. */
  public World(
      DatabaseMigration migration,
      Optional<MigrationPlan> plan,
      Optional<MigrationPlan> earlier,
      List<MigrationApproval> approvals,
      JobView job,
      JobView rollout,
      LeaseView lease,
      SourceView source,
      Optional<String> claimedBy) {
    this(
        migration,
        plan,
        earlier,
        approvals,
        job,
        rollout,
        lease,
        source,
        claimedBy,
        ServerView.NONE);
  }

  /** A world in which no rollout is verified. */
  public World(
      DatabaseMigration migration,
      Optional<MigrationPlan> plan,
      Optional<MigrationPlan> earlier,
      List<MigrationApproval> approvals,
      JobView job,
      LeaseView lease,
      SourceView source,
      Optional<String> claimedBy) {
    this(migration, plan, earlier, approvals, job, new JobView.None(), lease, source, claimedBy);
  }

  /**
   * The server of the database. Read after {@code lease}: of a run and a restore that begin at
   * once, one sees the other.
   *
   * @param underway the restore that holds the server now, for people
   * @param last the one that was carried out last
   * @param backup one of another run, since whose start nothing has run on the server
   */
  public record ServerView(
      Optional<String> underway, Optional<Restored> last, Optional<BackupStatus> backup) {

    /** Nothing, ever. */
    public static final ServerView NONE = new ServerView(Optional.empty(), Optional.empty());

    /** Without a backup to share. */
    public ServerView(Optional<String> underway, Optional<Restored> last) {
      this(underway, last, Optional.empty());
    }
  }

  /**
   * A restore that was carried out.
   *
   * @param uid of the DatabaseRestore
   * @param name namespace/name of it
   * @param backup id of the backup that was put back
   * @param at UTC time of its recorded end
   */
  public record Restored(String uid, String name, String backup, String at) {}

  /**
   * A plan that was carried out, undone and carried out again.
   *
   * @param plan its name
   * @param migration name of its DatabaseMigration
   * @param found what its rehearsal has found, and where
   */
  public record Rehearsed(String plan, String migration, String found) {}

  /**
   * The ConfigMaps of the source.
   *
   * @param missing one that does not exist; only looked for while planning
   * @param digest over the content of those that carry the source label; empty without any
   */
  public record SourceView(Optional<String> missing, String digest) {}

  /** The Lease of the database. */
  public sealed interface LeaseView {

    /** Nobody holds it. */
    record Free() implements LeaseView {}

    /** This run holds it. */
    record Ours() implements LeaseView {}

    /**
     * Another run holds it.
     *
     * @param holder run UID
     * @param description the migration, as namespace/name, for people
     * @param atRest whether that run is at rest or gone, by live read
     */
    record Other(String holder, String description, boolean atRest) implements LeaseView {}
  }
}
