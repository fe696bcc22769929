package dev.whimbrel.controller;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
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

  /** On a Lease: namespace and name of the migration that holds it. */
  public static final String HOLDER = Whimbrel.GROUP + "/holder";

  /** On a Job that plans: the source that it works from, as JSON. */
  public static final String MADE_FROM = Whimbrel.GROUP + "/made-from";

  /** Label that selects the Jobs of this operator. */
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  /** Label by which the Job controller marks the pods of a Job. */
  public static final String JOB = "batch.kubernetes.io/job-name";

  /** Value of {@link #MANAGED_BY}. */
  public static final String WHIMBREL = "whimbrel";

  private Annotations() {}

  /** Labels of everything that belongs to a migration. */
  public static Map<String, String> labels(DatabaseMigration migration) {
    return Map.of(
        MANAGED_BY,
        WHIMBREL,
        Whimbrel.MIGRATION_LABEL,
        Names.label(migration.getMetadata().getName()),
        Whimbrel.MIGRATION_UID_LABEL,
        migration.getMetadata().getUid());
  }

  /** Annotations of everything that belongs to a migration. */
  public static Map<String, String> annotations(DatabaseMigration migration) {
    return Map.of(
        MIGRATION,
        migration.getMetadata().getName(),
        Whimbrel.OWNER_UID_ANNOTATION,
        migration.getMetadata().getUid());
  }

  /** Name of the migration that an object belongs to. */
  public static Optional<String> migrationOf(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(MIGRATION));
  }

  /** Controller reference to a migration. */
  public static OwnerReference owner(DatabaseMigration migration) {
    return new OwnerReferenceBuilder()
        .withApiVersion(Whimbrel.GROUP + "/" + Whimbrel.VERSION)
        .withKind("DatabaseMigration")
        .withName(migration.getMetadata().getName())
        .withUid(migration.getMetadata().getUid())
        .withController(true)
        // Deleting a migration in the foreground must not wait for its Jobs' pods.
        .withBlockOwnerDeletion(false)
        .build();
  }
}
