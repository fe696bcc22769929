package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.JobView;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Job and its one pod, as the API server knows them. What the pod does is in the runner. */
final class SimulatedJob {

  /** Of the pod. */
  enum State {
    PENDING,
    RUNNING,
    ENDED
  }

  final Effect.CreateJob made;
  final String uid;
  final String migration;
  final String migrationUid;
  final String run;
  final Spec spec;
  final Optional<MigrationPlanSpec> plan;
  final Optional<MigrationPlan> earlier;
  final String backupDescription;

  /** What asked for it, where it verifies a rollout. */
  final Optional<String> rollout;

  /** The split of traffic that was recorded when it was made. */
  final Optional<TrafficStatus> traffic;

  String ownerUid;

  State state = State.PENDING;
  boolean neverScheduled;
  boolean nodeDead;
  boolean deleted;
  Optional<MigrationPlanSpec> printed = Optional.empty();
  Optional<RunnerResult> result = Optional.empty();
  boolean logLost;

  /** Who served before its first statement; printed to the log at once. */
  Optional<TrafficStatus> readTraffic = Optional.empty();

  /** What its verification found; printed to the log like the plan. */
  List<CheckResult> checks = List.of();

  String told = "";
  String why = "";
  private final List<JobView> views = new ArrayList<>();

  SimulatedJob(
      Effect.CreateJob made,
      String uid,
      String migration,
      String migrationUid,
      String run,
      DatabaseMigrationSpec spec,
      Optional<MigrationPlanSpec> plan,
      Optional<MigrationPlan> earlier,
      String backupDescription,
      Optional<String> rollout,
      Optional<TrafficStatus> traffic) {
    this.made = made;
    this.uid = uid;
    this.migration = migration;
    this.migrationUid = migrationUid;
    this.run = run;
    this.spec = new Spec(spec);
    this.plan = plan;
    this.earlier = earlier;
    this.backupDescription = backupDescription;
    this.rollout = rollout;
    this.traffic = traffic;
    this.ownerUid = made.owned() ? migrationUid : null;
    changed();
  }

  String name() {
    return made.name();
  }

  String runUid() {
    return migrationUid + "/" + run;
  }

  /** The hash of the plan that it works on, recorded or printed. */
  Optional<String> verified() {
    return plan.or(() -> printed).map(MigrationPlanSpec::hash);
  }

  boolean changes() {
    return made.steps().contains(Step.MIGRATE) || made.steps().contains(Step.ROLLBACK);
  }

  /** To be called after every change that an observer can see. */
  void changed() {
    views.add(
        switch (state) {
          case PENDING -> new JobView.Waiting(uid, neverScheduled ? "0/3 nodes are available" : "");
          case RUNNING -> new JobView.Running(uid, name() + "-pod", printed, told);
          case ENDED ->
              new JobView.Ended(
                  uid,
                  result,
                  logLost ? Optional.empty() : printed,
                  why,
                  ownerUid != null,
                  logLost ? List.of() : checks,
                  logLost ? Optional.empty() : readTraffic);
        });
  }

  JobView view() {
    return views.getLast();
  }

  JobView olderView(Chance chance) {
    return chance.pick(views);
  }
}
