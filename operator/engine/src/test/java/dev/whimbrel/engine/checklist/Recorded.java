package dev.whimbrel.engine.checklist;

import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.ObjectReference;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.RolloutStatus;
import dev.whimbrel.api.v1alpha1.RunCause;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import dev.whimbrel.api.v1alpha1.WayBack;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Evidence, field by field. Without a word it is a plan of one reversible revision V7 from 6 to 7
 * on a Cloud SQL instance, at risk Medium, whose spec wants backup and approval and asks for no
 * checks.
 */
final class Recorded {

  private final List<PlannedRevision> revisions = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private final List<CheckResult> checks = new ArrayList<>();
  private String application;
  private TrafficStatus traffic;
  private final Set<Asked> asked = EnumSet.noneOf(Asked.class);
  private String state;
  private String risk = "Medium";
  private String direction;
  private DatabaseIdentity database =
      new DatabaseIdentity("kotori-io:us-central1:kotori-db", "kotori", 5L, "77", "17.6", true);
  private BackupStatus backup;
  private String backupNotRequired;
  private Condition approved = condition("False", "NotYet", "0 of 1 approvals");
  private String currentRevision = "6";
  private RunCause cause;
  private RolloutStatus rollout;
  private String rehearsedElsewhere;

  private Recorded(String state) {
    this.state = state;
  }

  static Recorded of(String state) {
    return new Recorded(state);
  }

  /** All that a run leaves which went well, and whose spec asks for every kind of check. */
  static Recorded good() {
    return of("Applied")
        .backup("SUCCESSFUL")
        .approved("True", "Approved", "by anna (unverified)")
        .at("7")
        .found("lock timeout", CheckResult.PASSED, null, "2000ms", null)
        .found("blocked sessions", CheckResult.PASSED, null, "1", "at most 1 waited, 5 are allowed")
        .found("revision", CheckResult.PASSED, null, "7", null)
        .found("indexes are valid", CheckResult.PASSED, null, null, null)
        .asks(Asked.SQL)
        .found("sql users readable", CheckResult.PASSED, null, null, null)
        .asks(Asked.HTTP)
        .found("http api", CheckResult.PASSED, null, null, null)
        .asks(Asked.LATENCY)
        .found("latency api", CheckResult.PASSED, "12ms", "13ms", "1.1 times")
        .asks(Asked.ROWS)
        .found("rows of users", CheckResult.PASSED, "1200 rows", "1200 rows", null)
        .rollout("Passed", "database \"kotori\" is well");
  }

  Recorded revision(String script, boolean transactional, List<String> code, String grade) {
    revisions.add(
        new PlannedRevision(
            "7",
            "",
            script,
            "Versioned",
            "hash",
            1,
            transactional,
            risk,
            code.isEmpty() ? List.of("ALTER TABLE users ADD COLUMN state text;") : List.of(),
            code,
            grade == null ? null : new WayBack(grade, "undo-hash", List.of())));
    return this;
  }

  Recorded revision(String script, String grade) {
    return revision(script, true, List.of(), grade);
  }

  Recorded callback(String script) {
    revisions.add(
        new PlannedRevision(
            null, "", script, "Callback", "hash", null, true, "Low", null, null, null));
    return this;
  }

  Recorded repeatable(String script) {
    revisions.add(
        new PlannedRevision(
            null,
            "",
            script,
            "Repeatable",
            "hash",
            1,
            true,
            "Low",
            null,
            null,
            new WayBack(WayBack.NONE, null, List.of())));
    return this;
  }

  Recorded silent(String script) {
    revisions.add(
        new PlannedRevision(
            "7", "", script, "Versioned", "hash", 1, true, "Low", null, null, null));
    return this;
  }

  Recorded finding(String rule, String message) {
    findings.add(new Finding(rule, "Medium", message, null, null));
    return this;
  }

  Recorded risk(String label) {
    risk = label;
    return this;
  }

  Recorded downgrade() {
    direction = MigrationPlanSpec.DOWNGRADE;
    return this;
  }

  Recorded unknownDatabase() {
    database = new DatabaseIdentity("db.kotori:5432", "kotori", null, null, "17.6", null);
    return this;
  }

  Recorded postgres() {
    database = new DatabaseIdentity("db.kotori:5432", "kotori", 5L, "77", "17.6", null);
    return this;
  }

  Recorded backup(String backupState) {
    backup =
        new BackupStatus(
            "Pre-migration backup",
            "2026-11-25T08:30:00Z",
            "77",
            "2026-11-25T08:30:01Z",
            null,
            backupState,
            "24h");
    return this;
  }

  Recorded backupNotRequired(String why) {
    backupNotRequired = why;
    return this;
  }

  Recorded approved(String status, String reason, String message) {
    approved = condition(status, reason, message);
    return this;
  }

  Recorded noApprovedCondition() {
    approved = null;
    return this;
  }

  Recorded at(String revision) {
    currentRevision = revision;
    return this;
  }

  Recorded cause(String reason, String message) {
    cause = new RunCause("Permanent", reason, message, null);
    return this;
  }

  Recorded asks(Asked kind) {
    asked.add(kind);
    return this;
  }

  Recorded found(String name, String result, String before, String after, String message) {
    checks.removeIf(check -> check.name().equals(name));
    checks.add(new CheckResult(name, result, before, after, message));
    return this;
  }

  Recorded without(String name) {
    checks.removeIf(check -> check.name().equals(name));
    return this;
  }

  Recorded rollout(String rolloutState, String message) {
    rollout = new RolloutStatus("v1", rolloutState, null, null, message, List.of());
    return this;
  }

  Recorded rehearsedElsewhere(String why) {
    rehearsedElsewhere = why;
    return this;
  }

  Recorded state(String word) {
    state = word;
    return this;
  }

  /** With a service of Cloud Run, and who served before the first statement; null for nobody. */
  Recorded application(String service, TrafficStatus split) {
    application = service;
    traffic = split;
    return this;
  }

  /** The answer to one item, as {@code "Yes: because"}. */
  String answer(String item) {
    return Checklist.of(evidence()).stream()
        .filter(answered -> answered.item().equals(item))
        .map(answered -> answered.answer() + ": " + answered.why())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no item " + item));
  }

  Evidence evidence() {
    if (revisions.isEmpty()) {
      revision("V7__state.sql", WayBack.REVERSIBLE);
    }
    return new Evidence(
        new MigrationPlanSpec(
            new ObjectReference("kotori", "dbm-uid"),
            "4-1",
            "sha256:9f2c",
            risk,
            List.of("adds a foreign key to users"),
            "6",
            "7",
            direction,
            null,
            database,
            "flyway",
            null,
            revisions,
            findings,
            "catalog-1",
            false,
            null),
        state,
        Optional.ofNullable(backup),
        Optional.ofNullable(backupNotRequired),
        Optional.ofNullable(approved),
        currentRevision,
        Optional.ofNullable(cause),
        checks,
        Optional.ofNullable(rollout),
        asked,
        Optional.ofNullable(rehearsedElsewhere),
        Optional.ofNullable(application),
        Optional.ofNullable(traffic));
  }

  private static Condition condition(String status, String reason, String message) {
    return new ConditionBuilder()
        .withType("Approved")
        .withStatus(status)
        .withReason(reason)
        .withMessage(message)
        .build();
  }
}
