package dev.whimbrel.engine.checklist;

import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.RolloutStatus;
import dev.whimbrel.api.v1alpha1.RunCause;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that is recorded of a plan and of the run it belongs to.
 *
 * @param plan what was planned
 * @param state of the plan, as its status says or is about to say
 * @param backup of the run; empty where none was asked for yet
 * @param backupNotRequired why the policy asks for none; empty where it asks for one
 * @param approved the condition Approved of the migration
 * @param currentRevision of the database, as last read; may be null
 * @param cause why the migrate step did not end cleanly; empty where it did or has not begun
 * @param checks what the verification found; empty before
 * @param rollout the verification of the rollout that was asked for in this run
 * @param asked what the spec asks to be verified
 * @param rehearsedElsewhere what a rehearsal of the same revisions has found, of another plan
 * @param application the service whose traffic goes back with the schema, for people
 * @param traffic its split as it was recorded of this run
 */
public record Evidence(
    MigrationPlanSpec plan,
    String state,
    Optional<BackupStatus> backup,
    Optional<String> backupNotRequired,
    Optional<Condition> approved,
    String currentRevision,
    Optional<RunCause> cause,
    List<CheckResult> checks,
    Optional<RolloutStatus> rollout,
    Set<Asked> asked,
    Optional<String> rehearsedElsewhere,
    Optional<String> application,
    Optional<TrafficStatus> traffic) {

  /** How far the plan has come. */
  enum Progress {
    /** Nothing has run, and it may yet. */
    WAITING,
    RUNNING,
    /** It is in. */
    APPLIED,
    /** It has ended in another way. */
    ENDED
  }

  public Evidence {
    checks = List.copyOf(checks);
    asked = Set.copyOf(asked);
  }

  Progress progress() {
    return switch (state) {
      case "Pending" -> Progress.WAITING;
      case "Dispatched" -> Progress.RUNNING;
      case "Applied" -> Progress.APPLIED;
      default -> Progress.ENDED;
    };
  }

  boolean isDowngrade() {
    return MigrationPlanSpec.DOWNGRADE.equals(plan.direction());
  }

  boolean hasBackup() {
    return backup.filter(taken -> taken.id() != null).isPresent();
  }

  boolean hasFinding(String rule) {
    return plan.findings().stream().anyMatch(finding -> finding.rule().equals(rule));
  }

  Optional<CheckResult> check(String name) {
    return checks.stream().filter(check -> check.name().equals(name)).findFirst();
  }

  /** An empty history has no revision. */
  static String at(String revision) {
    return revision == null || revision.isEmpty() ? "(none)" : revision;
  }
}
