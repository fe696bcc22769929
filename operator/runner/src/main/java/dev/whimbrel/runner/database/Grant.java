package dev.whimbrel.runner.database;

import dev.whimbrel.google.iam.PodIdentity;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import java.util.Optional;

/**
 * A role of Google's IAM that the Job lacks.
 *
 * @param project on which
 * @param member who the Job is to IAM
 * @param role of IAM
 */
public record Grant(String project, String member, String role) {

  /** Connect through connectors and proxies. */
  public static final String CLIENT = "roles/cloudsql.client";

  /** Log in to the database by IAM. */
  public static final String INSTANCE_USER = "roles/cloudsql.instanceUser";

  /** One that the pod of a Job needs. */
  public static Grant of(Job job, String project, String role) {
    return new Grant(project, member(job), role);
  }

  /** Who the pod of a Job is to IAM. */
  public static String member(Job job) {
    return PodIdentity.member(
        job.environment(),
        job.input().migration().namespace(),
        Optional.ofNullable(job.input().google())
            .map(RunnerInput.Google::serviceAccount)
            .orElse("default"));
  }

  /** The command that gives it. */
  public String command() {
    return "gcloud projects add-iam-policy-binding "
        + project
        + " --member="
        + member
        + " --role="
        + role;
  }
}
