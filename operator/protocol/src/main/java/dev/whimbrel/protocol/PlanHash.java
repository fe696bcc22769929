package dev.whimbrel.protocol;

import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRestore;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an approval binds: SHA-256 over canonical JSON of everything that changes what runs. That
 * is: the identity of the database, where it stands, the settings, and per revision its name, the
 * hashes of its bytes up and down and whether it is transactional. Not: findings, facts and the
 * fingerprint (which is compared by itself), so that a better analysis does not void an approval.
 */
public final class PlanHash {

  private PlanHash() {}

  /** {@code sha256:} and 64 hex digits. */
  public static String of(MigrationPlanSpec plan) {
    DatabaseIdentity database = plan.database();
    Map<String, Object> bound = new TreeMap<>();
    bound.put("from", plan.from() == null ? "" : plan.from());
    bound.put("to", plan.to());
    if (MigrationPlanSpec.DOWNGRADE.equals(plan.direction())) {
      // Only where it is one: what was approved before there were downgrades keeps its hash.
      bound.put("direction", MigrationPlanSpec.DOWNGRADE);
    }
    if (plan.restore() != null) {
      bound.put("restore", restore(plan.restore()));
    }
    bound.put("tool", plan.tool());
    bound.put("settings", new TreeMap<>(plan.settings()));
    bound.put(
        "database",
        List.of(
            database.server(),
            database.database(),
            database.oid() == null ? 0L : database.oid(),
            database.systemIdentifier() == null ? "" : database.systemIdentifier()));
    bound.put("revisions", plan.revisions().stream().map(PlanHash::revision).toList());
    return "sha256:" + Sha256.hex(Json.write(bound));
  }

  /** A database or a user that has come since would be lost unseen; what has left loses nothing. */
  private static List<Object> restore(PlannedRestore restore) {
    return List.of(
        restore.restore().uid(),
        restore.instance(),
        restore.backup(),
        restore.backupStartedAt(),
        restore.databases(),
        restore.users());
  }

  private static Map<String, Object> revision(PlannedRevision revision) {
    Map<String, Object> bound = new TreeMap<>();
    bound.put("script", revision.script());
    bound.put("kind", revision.kind() == null ? "" : revision.kind());
    bound.put("hash", revision.hash());
    if (revision.undo() != null && revision.undo().hash() != null) {
      bound.put("undo", revision.undo().hash());
    }
    bound.put("transactional", !Boolean.FALSE.equals(revision.transactional()));
    return bound;
  }
}
