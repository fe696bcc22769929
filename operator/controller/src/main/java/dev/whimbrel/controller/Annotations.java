package dev.whimbrel.controller;

import dev.whimbrel.api.v1alpha1.DatabaseRestore;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.protocol.Names;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Map;
import java.util.Optional;

/** How objects of ours name the migration they belong to, with and without an owner reference. */
public final class Annotations {

  /** Full name of the migration; the label may be cut. */
  public static final String MIGRATION = Whimbrel.GROUP + "/migration";

  /** Full name of the restore, on what belongs to one. */
  public static final String RESTORE = Whimbrel.GROUP + "/restore";

  /** Label of a Lease: which server the database is on. */
  public static final String SERVER = Whimbrel.GROUP + "/server";

  /** On a Lease: namespace and name of the migration that holds it. */
  public static final String HOLDER = Whimbrel.GROUP + "/holder";

  /** On a Job that plans: the source that it works from, as JSON. */
  public static final String MADE_FROM = Whimbrel.GROUP + "/made-from";

  /** Label of a plan: a digest of its revisions and ways back, alike in staging and production. */
  public static final String CONTENT = Whimbrel.GROUP + "/content";

  /** Label that selects the Jobs of this operator. */
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  /** Label by which the Job controller marks the pods of a Job. */
  public static final String JOB = "batch.kubernetes.io/job-name";

  /** Value of {@link #MANAGED_BY}. */
  public static final String WHIMBREL = "whimbrel";

  private Annotations() {}

  /** Labels of everything that belongs to a migration or to a restore. */
  public static Map<String, String> labels(HasMetadata owner) {
    boolean restore = owner instanceof DatabaseRestore;
    return Map.of(
        MANAGED_BY,
        WHIMBREL,
        restore ? Whimbrel.RESTORE_LABEL : Whimbrel.MIGRATION_LABEL,
        Names.label(owner.getMetadata().getName()),
        restore ? Whimbrel.RESTORE_UID_LABEL : Whimbrel.MIGRATION_UID_LABEL,
        owner.getMetadata().getUid());
  }

  /** Annotations of everything that belongs to a migration or to a restore. */
  public static Map<String, String> annotations(HasMetadata owner) {
    return Map.of(
        owner instanceof DatabaseRestore ? RESTORE : MIGRATION,
        owner.getMetadata().getName(),
        Whimbrel.OWNER_UID_ANNOTATION,
        owner.getMetadata().getUid());
  }

  /** Name of the migration that an object belongs to. */
  public static Optional<String> migrationOf(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(MIGRATION));
  }

  /** Name of the restore that an object belongs to. */
  public static Optional<String> restoreOf(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(RESTORE));
  }

  /** Controller reference to a migration or a restore. */
  public static OwnerReference owner(HasMetadata owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(Whimbrel.GROUP + "/" + Whimbrel.VERSION)
        .withKind(owner.getKind())
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .withController(true)
        // Deleting a migration in the foreground must not wait for its Jobs' pods.
        .withBlockOwnerDeletion(false)
        .build();
  }
}
