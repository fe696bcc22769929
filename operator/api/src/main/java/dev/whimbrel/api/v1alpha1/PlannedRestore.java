package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/**
 * What a restore replaces, and what is lost by it. Of a plan that restores, instead of revisions.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PlannedRestore(
    @Required @JsonPropertyDescription("The DatabaseRestore this plan was made for.")
        ObjectReference restore,
    @Required @JsonPropertyDescription("The instance that is replaced, as project:region:instance.")
        String instance,
    @Required @JsonPropertyDescription("Id of the backup that is put back.") String backup,
    @Required
        @JsonPropertyDescription(
            "When the backup started, UTC: what was written later is not in it.")
        String backupStartedAt,
    @JsonPropertyDescription("When the backup was complete, UTC.") String backupEndedAt,
    @JsonPropertyDescription("What the backup is called.") String backupDescription,
    @JsonPropertyDescription("Every database of the instance: each of them is replaced.")
        List<String> databases,
    @JsonPropertyDescription(
            "Every user of the instance: each has the password, the roles and the rights of then,"
                + " and who is newer is gone.")
        List<String> users,
    @JsonPropertyDescription("Every DatabaseMigration of a database on the instance.")
        List<String> migrations,
    @JsonPropertyDescription(
            "Seconds from the start of the backup to the making of this plan: what was written in"
                + " them is lost, and what is written until the restore.")
        Long secondsOfWritesLost,
    @JsonPropertyDescription(
            "The latest time that a clone could be made of, UTC; absent where point-in-time"
                + " recovery is off.")
        String latestRecoveryTime,
    @JsonPropertyDescription(
            "When the newest operation that the instance had then was accepted, by Cloud SQL's"
                + " clock: a restore of ours is younger.")
        String operationsUntil,
    @JsonPropertyDescription(
            "What to try first: a copy of the instance as it was, beside it, that replaces"
                + " nothing.")
        String cloneFirst) {

  /** Lists are never null. */
  public PlannedRestore {
    databases = databases == null ? List.of() : List.copyOf(databases);
    users = users == null ? List.of() : List.copyOf(users);
    migrations = migrations == null ? List.of() : List.copyOf(migrations);
  }

  /** The same with what only the cluster knows. */
  public PlannedRestore withMigrations(List<String> found) {
    return new PlannedRestore(
        restore,
        instance,
        backup,
        backupStartedAt,
        backupEndedAt,
        backupDescription,
        databases,
        users,
        found,
        secondsOfWritesLost,
        latestRecoveryTime,
        operationsUntil,
        cloneFirst);
  }
}
