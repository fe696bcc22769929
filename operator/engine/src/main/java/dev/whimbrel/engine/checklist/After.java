package dev.whimbrel.engine.checklist;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.RolloutStatus;
import dev.whimbrel.engine.checklist.Evidence.Progress;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What has to hold after the last statement. */
final class After {

  static final String REVISION = "revision";
  private static final String INDEXES = "indexes are valid";

  /** What the runner records where it looked for the backup of the run after the last statement. */
  private static final String BACKUP = "backup is listed";

  private final Evidence evidence;

  After(Evidence evidence) {
    this.evidence = evidence;
  }

  Answer revision() {
    Optional<CheckResult> recorded = evidence.check(REVISION);
    if (recorded.isPresent() && !recorded.get().result().equals(CheckResult.PASSED)) {
      return Answer.no(recorded.get().message());
    }
    String target = Evidence.at(evidence.plan().to());
    String state = "the database is at revision " + Evidence.at(evidence.currentRevision());
    return switch (evidence.progress()) {
      case WAITING, RUNNING -> Answer.pending("the target is " + target);
      case APPLIED ->
          isAtTarget(evidence)
              ? Answer.yes(state + ", read after the last statement")
              : Answer.unknown(state + " as last read, the target is " + target);
      case ENDED ->
          evidence.state().equals("Unresolved")
              ? Answer.unknown("the history does not tell")
              : Answer.no(state + ", the target is " + target);
    };
  }

  /** What the history said when it was last read. */
  static boolean isAtTarget(Evidence evidence) {
    return evidence.plan().to().equals(evidence.currentRevision());
  }

  Answer indexes() {
    return evidence
        .check(INDEXES)
        .map(check ->
            check.result().equals(CheckResult.PASSED)
                ? Answer.yes("no invalid index was found after the last statement")
                : Answer.no(check.message()))
        .orElseGet(this::unrecorded);
  }

  Answer checks(Asked kind) {
    List<CheckResult> found =
        evidence.checks().stream().filter(check -> check.name().startsWith(kind.prefix())).toList();
    if (found.isEmpty()) {
      return evidence.asked().contains(kind)
          ? unrecorded()
          : Answer.notApplicable(kind.field() + " asks for none");
    }
    return with(found, CheckResult.FAILED)
        .or(() -> with(found, CheckResult.WARNED))
        .map(check -> Answer.no(check.message()))
        .or(() -> with(found, CheckResult.SKIPPED).map(check -> Answer.unknown(check.message())))
        .orElseGet(() -> Answer.yes(all(found)));
  }

  private static Optional<CheckResult> with(List<CheckResult> checks, String result) {
    return checks.stream().filter(check -> check.result().equals(result)).findFirst();
  }

  private static String all(List<CheckResult> checks) {
    return checks.stream().map(After::measured).collect(Collectors.joining(", "));
  }

  private static String measured(CheckResult check) {
    return check.before() == null || check.after() == null
        ? check.name()
        : check.name() + ": " + check.before() + " before, " + check.after() + " after";
  }

  private Answer unrecorded() {
    if (evidence.check(REVISION).isPresent()) {
      return Answer.unknown("the verification ended without a result of it");
    }
    return switch (evidence.progress()) {
      case WAITING, RUNNING -> Answer.pending("it is checked after the last statement");
      case APPLIED -> Answer.unknown("no result of it is recorded");
      case ENDED ->
          Answer.notApplicable("the plan is " + evidence.state() + ": nothing was verified");
    };
  }

  Answer rollout() {
    if (evidence.progress() == Progress.ENDED) {
      return Answer.notApplicable("the plan is " + evidence.state() + ": nothing is rolled out");
    }
    if (evidence.progress() != Progress.APPLIED) {
      return Answer.pending("the application follows the schema");
    }
    RolloutStatus rollout = evidence.rollout().orElse(null);
    return switch (rollout == null ? "" : rollout.state()) {
      case "Passed" -> Answer.yes(rollout.message());
      case "Failed" -> Answer.no(rollout.message());
      case "Running" -> Answer.pending("it is being verified");
      default ->
          asksOfApplication()
              ? Answer.pending(
                  "annotation whimbrel.dev/verify-rollout starts it once the application is out")
              : Answer.notApplicable("spec.verify asks for nothing that a rollout could change");
    };
  }

  private boolean asksOfApplication() {
    EnumSet<Asked> ofApplication = EnumSet.of(Asked.SQL, Asked.HTTP, Asked.LATENCY);
    return evidence.asked().stream().anyMatch(ofApplication::contains);
  }

  /** Of the moment after the last statement: retention, and people, may remove it later. */
  Answer backupKept() {
    if (!evidence.hasBackup()) {
      return evidence.progress() == Progress.WAITING && evidence.backupNotRequired().isEmpty()
          ? Answer.pending("it is taken before the first statement")
          : Answer.notApplicable("no backup was taken");
    }
    if (evidence.progress() == Progress.WAITING || evidence.progress() == Progress.RUNNING) {
      return Answer.pending("it is looked for after the last statement");
    }
    String command =
        "gcloud sql backups describe " + evidence.backup().orElseThrow().id() + instance();
    return evidence
        .check(BACKUP)
        .map(check ->
            switch (check.result()) {
              case CheckResult.PASSED -> Answer.yes(check.message());
              case CheckResult.SKIPPED -> Answer.unknown(check.message() + "; look: " + command);
              default -> Answer.no(check.message());
            })
        .orElseGet(() -> Answer.unknown("nobody has looked since it was taken: " + command));
  }

  private String instance() {
    String[] parts = evidence.plan().database().server().split(":", -1);
    return parts.length == 3 ? " --instance=" + parts[2] + " --project=" + parts[0] : "";
  }
}
