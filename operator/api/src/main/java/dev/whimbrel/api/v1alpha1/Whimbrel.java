package dev.whimbrel.api.v1alpha1;

/** Names that users, tools and the operator must spell alike. */
public final class Whimbrel {

  /** The API group of every kind. */
  public static final String GROUP = "whimbrel.dev";

  /** The one served version. */
  public static final String VERSION = "v1alpha1";

  /** Put anything new here and a run that came to rest starts again. */
  public static final String RETRY_ANNOTATION = GROUP + "/retry";

  /** Put anything new here, once the new application is out, to have the rollout verified. */
  public static final String VERIFY_ROLLOUT_ANNOTATION = GROUP + "/verify-rollout";

  /**
   * Put anything new here to have the traffic of the Cloud Run service put back to the split that
   * was recorded before the last migration.
   */
  public static final String RESTORE_TRAFFIC_ANNOTATION = GROUP + "/restore-traffic";

  /**
   * Label of ConfigMaps that are edited in place: a change of theirs starts a run. Any value will
   * do.
   */
  public static final String SOURCE_LABEL = GROUP + "/source";

  /** Label on Jobs, pods and plans: the name of the migration they belong to, cut to 63. */
  public static final String MIGRATION_LABEL = GROUP + "/migration";

  /** Label on Jobs and pods: the UID of the migration, which finds them without an owner. */
  public static final String MIGRATION_UID_LABEL = GROUP + "/migration-uid";

  /** The same two of a restore. */
  public static final String RESTORE_LABEL = GROUP + "/restore";

  /** Label on Jobs, pods and plans: the UID of the restore. */
  public static final String RESTORE_UID_LABEL = GROUP + "/restore-uid";

  /** Label on Jobs and pods: the run, {@code <generation>-<ordinal>}. */
  public static final String RUN_LABEL = GROUP + "/run";

  /** Label on Jobs and pods: the last step of the Job. */
  public static final String STEP_LABEL = GROUP + "/step";

  /**
   * Annotation that the operator writes on a pod that waits with its plan; value: the plan's hash,
   * once it is recorded and may be carried out, or {@link #PLAN_REFUSED}.
   */
  public static final String PLAN_RECORDED_ANNOTATION = GROUP + "/plan-recorded";

  /** The plan is recorded, and its own pod is not to carry it out. */
  public static final String PLAN_REFUSED = "refused";

  /** Annotation on plans and Jobs: UID of the migration they were made for. */
  public static final String OWNER_UID_ANNOTATION = GROUP + "/owner-uid";

  /** Held from the dispatch of a changing step to its recorded end, and at no other time. */
  public static final String FINALIZER = GROUP + "/migration-in-flight";

  private Whimbrel() {}
}
