package dev.whimbrel.runner.preflight;

import dev.whimbrel.google.GoogleAccess;
import dev.whimbrel.google.GoogleException;
import dev.whimbrel.google.cloudsql.BackupPreconditions;
import dev.whimbrel.google.cloudsql.BackupResult;
import dev.whimbrel.google.cloudsql.CloudSqlAdmin;
import dev.whimbrel.google.cloudsql.CloudSqlInstance;
import dev.whimbrel.google.cloudsql.InstanceFacts;
import dev.whimbrel.google.iam.ProjectPermissions;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.database.CloudSqlEndpoint;
import dev.whimbrel.runner.database.Grant;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether an instance can be backed up, and whether the Job may do what it will have to. */
final class InstanceChecks {

  private static final List<String> TO_CONNECT = List.of("cloudsql.instances.connect");

  private static final List<String> TO_BACK_UP =
      List.of(
          "cloudsql.backupRuns.create",
          "cloudsql.backupRuns.get",
          "cloudsql.backupRuns.list",
          "cloudsql.instances.list");

  private static final String RECOVERY = "point-in-time recovery";

  private final Job job;
  private final PreflightTable table;

  InstanceChecks(Job job, PreflightTable table) {
    this.job = job;
    this.table = table;
  }

  void of(InstanceFacts facts) {
    boolean backup =
        Optional.ofNullable(job.input().google()).map(RunnerInput.Google::backup).orElse(false);
    if (backup) {
      backup(facts);
      recovery(facts);
    }
    if (job.input().database().by() != null) {
      connect(facts);
    }
    permissions(facts.instance().project(), backup);
  }

  /** What the connector and the proxy ask first, asked as the same identity. */
  private void connect(InstanceFacts facts) {
    CloudSqlEndpoint.refusal(job)
        .ifPresentOrElse(
            refused ->
                table.failed(
                    "connect",
                    refused,
                    refused.reason().equals("MayNotConnect")
                        ? Grant.of(job, facts.instance().project(), Grant.CLIENT).command()
                        : null),
            () -> table.passed("connect", "the instance tells the Job how to connect"));
  }

  private void backup(InstanceFacts facts) {
    switch (BackupPreconditions.refusal(facts).orElse(null)) {
      case null -> table.passed("backup", "the instance can be backed up");
      case BackupResult.Permanent refused ->
          table.failed(
              "backup", StepEnd.permanent(refused.reason(), refused.message(), null), null);
      case BackupResult.Transient later ->
          table.failed(
              "backup", StepEnd.transientFailure(later.reason(), later.message(), null), null);
      case BackupResult.Done done -> throw new IllegalStateException("nothing was backed up");
    }
  }

  /** Nothing fails for it: where it is off, the backup is the only point to go back to. */
  private void recovery(InstanceFacts facts) {
    CloudSqlInstance instance = facts.instance();
    if (!facts.pointInTimeRecovery()) {
      table.warned(
          RECOVERY,
          "it is off: what was written between the backup and a restore cannot be had back",
          "gcloud sql instances patch %s --project=%s --enable-point-in-time-recovery"
              .formatted(instance.name(), instance.project()));
      return;
    }
    Optional<Instant> latest = CloudSqlEndpoint.client(job).latestRecoveryTime(instance);
    if (latest.isPresent()) {
      table.passed(RECOVERY, "it reaches " + latest.get());
    } else {
      table.skipped(RECOVERY, "it is on, and Cloud SQL does not say what it reaches");
    }
  }

  /**
   * A grant may hang on a condition, like the name of the instance, which a question about the
   * project does not see: so a missing one is a warning. Where it really is missing, the call that
   * needs it says so, before anything is changed.
   */
  private void permissions(String project, boolean backup) {
    Map<String, String> environment = job.environment();
    boolean standIn =
        environment.containsKey(CloudSqlAdmin.ENDPOINT_VARIABLE)
            && !environment.containsKey(ProjectPermissions.ENDPOINT_VARIABLE);
    if (standIn) {
      return;
    }
    List<String> wanted = new ArrayList<>(TO_CONNECT);
    if (backup) {
      wanted.addAll(TO_BACK_UP);
    }
    try {
      ProjectPermissions permissions =
          new ProjectPermissions(
              GoogleAccess.of(environment, ProjectPermissions.ENDPOINT_VARIABLE));
      List<String> missing = permissions.missing(project, wanted);
      report(project, missing, "connect", TO_CONNECT);
      if (backup) {
        report(project, missing, "back up", TO_BACK_UP);
      }
    } catch (GoogleException | IOException e) {
      table.skipped(
          "permissions",
          "what the Job may do on project " + project + " is not known: " + e.getMessage());
    }
  }

  private void report(String project, List<String> missing, String what, List<String> needed) {
    List<String> lacking = needed.stream().filter(missing::contains).toList();
    String name = "permission to " + what;
    if (lacking.isEmpty()) {
      table.passed(name, String.join(", ", needed));
      return;
    }
    Grant grant =
        Grant.of(
            job,
            project,
            needed == TO_BACK_UP ? "projects/" + project + "/roles/whimbrelBackup" : Grant.CLIENT);
    table.warned(
        name,
        grant.member()
            + " lacks "
            + String.join(", ", lacking)
            + " on project "
            + project
            + ", unless a grant with a condition gives it",
        (needed == TO_BACK_UP ? createRole(project) : "") + grant.command());
  }

  /** Predefined roles that may back up may do much else. */
  private static String createRole(String project) {
    return "gcloud iam roles create whimbrelBackup --project="
        + project
        + " --permissions="
        + String.join(",", TO_BACK_UP)
        + ",cloudsql.instances.get && ";
  }
}
