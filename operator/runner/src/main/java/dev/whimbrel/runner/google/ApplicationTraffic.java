package dev.whimbrel.runner.google;

import dev.whimbrel.api.v1alpha1.TrafficShare;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import dev.whimbrel.google.GoogleAccess;
import dev.whimbrel.google.GoogleException;
import dev.whimbrel.google.cloudsql.Sleeper;
import dev.whimbrel.google.iam.PodIdentity;
import dev.whimbrel.google.run.CloudRunClient;
import dev.whimbrel.google.run.CloudRunException;
import dev.whimbrel.google.run.CloudRunService;
import dev.whimbrel.google.run.ServiceTraffic;
import dev.whimbrel.google.run.Share;
import dev.whimbrel.google.run.TrafficControl;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.LogDocument;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.preflight.PreflightTable;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The traffic of the Cloud Run service that the application is, under the identity of the pod. */
public final class ApplicationTraffic {

  private final Job job;
  private final RunnerInput.CloudRun settings;
  private final CloudRunService service;
  private final TrafficControl control;

  private ApplicationTraffic(Job job, RunnerInput.CloudRun settings) {
    this.job = job;
    this.settings = settings;
    this.service = new CloudRunService(settings.project(), settings.region(), settings.service());
    this.control =
        new TrafficControl(client(job), service, member(job), job.clock(), Sleeper.ofThread());
  }

  /** That of the Job; empty where its input names no service. */
  public static Optional<ApplicationTraffic> of(Job job) {
    return Optional.ofNullable(job.input().google())
        .map(RunnerInput.Google::cloudRun)
        .map(settings -> new ApplicationTraffic(job, settings));
  }

  private static CloudRunClient client(Job job) {
    try {
      return new CloudRunClient(
          GoogleAccess.of(job.environment(), CloudRunClient.ENDPOINT_VARIABLE));
    } catch (IOException e) {
      throw StepFailure.noGoogleCredentials(e);
    }
  }

  private static String member(Job job) {
    return PodIdentity.member(
        job.environment(),
        job.input().migration().namespace(),
        Optional.ofNullable(job.input().google().serviceAccount()).orElse("default"));
  }

  /** Notes whether the split can be read now, and whether it could be put back. */
  public void check(PreflightTable table) {
    ServiceTraffic read;
    try {
      read = control.read();
      table.passed("traffic", service + " serves " + read.text());
    } catch (CloudRunException e) {
      table.failed("traffic", notRead(e), e.remedy().isEmpty() ? null : e.remedy());
      return;
    }
    String name = "permission to move traffic";
    try {
      Optional<String> grant = control.grant(read);
      if (grant.isEmpty()) {
        table.passed(name, String.join(", ", TrafficControl.PERMISSIONS));
      } else {
        String message =
            member(job) + " may read " + service + " but not update it, as a rollback would";
        table.failed(
            name,
            StepEnd.permanent("TrafficNotMovable", message + ": " + grant.get(), null),
            grant.get());
      }
    } catch (GoogleException e) {
      table.skipped(
          name, "whether the Job may update " + service + " is not known: " + e.getMessage());
    }
  }

  /**
   * Records who serves, in the log at once: whatever becomes of the Job, what it has read is there.
   *
   * @throws StepFailure where it cannot be read; then nothing may run
   */
  public void record() {
    try {
      ServiceTraffic read = control.read();
      List<TrafficShare> shares =
          read.shares().stream()
              .map(share ->
                  new TrafficShare(
                      share.revision().orElseThrow(), share.percent(), share.tag().orElse(null)))
              .toList();
      TrafficStatus split =
          new TrafficStatus(
              service.resource(),
              job.clock().instant().truncatedTo(ChronoUnit.SECONDS).toString(),
              read.latestReady().orElse(null),
              shares,
              null,
              null);
      String document = Json.write(split);
      LogDocument.lines(LogDocument.Kind.TRAFFIC, document).forEach(job.log()::raw);
      job.log().flush();
      job.report().traffic(LogDocument.describe(document));
      job.log().info("Traffic is recorded", "service", service.name(), "serves", split.text());
    } catch (CloudRunException e) {
      throw new StepFailure(notRead(e));
    }
  }

  private static StepEnd notRead(CloudRunException e) {
    String message = "who serves cannot be recorded, and nothing ran: " + e.text();
    return e.permanent()
        ? StepEnd.permanent("TrafficNotRead", message, null)
        : StepEnd.transientFailure("TrafficNotRead", message, null);
  }

  /** The split that was recorded at this revision of the database, if one was. */
  public boolean isRecordedAt(String revision) {
    return settings.recorded() != null && revision.equals(settings.recorded().databaseRevision());
  }

  /**
   * Puts the recorded split back.
   *
   * @return whether anything had to be moved
   * @throws StepFailure where it was not done, or nobody knows
   */
  public boolean restore() throws InterruptedException {
    TrafficStatus recorded = settings.recorded();
    if (recorded == null || !service.resource().equals(recorded.service())) {
      throw StepFailure.permanent(
          "TrafficNotRecorded", "no split of " + service + " is recorded that could be put back");
    }
    List<Share> shares =
        recorded.shares().stream()
            .map(share -> Share.of(share.revision(), share.percent()))
            .toList();
    try {
      Optional<ServiceTraffic> before = control.restore(shares);
      job.report().trafficMoved(before.isPresent());
      job.log()
          .info(
              before.isPresent() ? "Traffic is back" : "Traffic is as recorded",
              "service",
              service.name(),
              "serves",
              recorded.text(),
              "before",
              before.map(ServiceTraffic::text).orElse(recorded.text()));
      return before.isPresent();
    } catch (CloudRunException e) {
      String message = "the traffic is not known to be back: " + e.text();
      throw new StepFailure(
          e.permanent()
              ? StepEnd.permanent("TrafficNotRestored", message, null)
              : StepEnd.transientFailure("TrafficNotRestored", message, null));
    }
  }
}
