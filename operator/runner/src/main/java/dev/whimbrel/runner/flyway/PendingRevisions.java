package dev.whimbrel.runner.flyway;

import dev.whimbrel.analysis.OnlineWork;
import dev.whimbrel.analysis.source.ScriptName;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.protocol.Sha256;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.tool.Revision;
import dev.whimbrel.runner.tool.SourceLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.Event;

/** Renders what is pending, callbacks that will run with it first. */
final class PendingRevisions {

  static final String BASELINE_SCRIPT = "<< Flyway Baseline >>";

  private static final String TARGET = "spec.source.flyway.target";

  private static final Set<Event> CALLBACKS =
      Set.of(
          Event.BEFORE_MIGRATE,
          Event.BEFORE_EACH_MIGRATE,
          Event.BEFORE_EACH_MIGRATE_STATEMENT,
          Event.AFTER_EACH_MIGRATE_STATEMENT,
          Event.AFTER_EACH_MIGRATE_STATEMENT_ERROR,
          Event.AFTER_EACH_MIGRATE,
          Event.AFTER_EACH_MIGRATE_ERROR,
          Event.BEFORE_REPEATABLES,
          Event.AFTER_VERSIONED,
          Event.AFTER_MIGRATE_APPLIED,
          Event.AFTER_MIGRATE,
          Event.AFTER_MIGRATE_ERROR);

  private static final Set<Event> REFUSED_CALLBACKS =
      Set.of(
          Event.BEFORE_CONNECT,
          Event.AFTER_CONNECT,
          Event.CREATE_SCHEMA,
          Event.BEFORE_CREATE_SCHEMA,
          Event.BEFORE_BASELINE,
          Event.AFTER_BASELINE);

  /** Flyway runs these on a session of their own; on ours they would end the transaction. */
  private static final Set<Event> BETWEEN_SCRIPTS =
      Set.of(Event.BEFORE_REPEATABLES, Event.AFTER_VERSIONED);

  private final Job job;
  private final FlywaySource source;
  private final ScriptReader reader;
  private final UndoScripts undo;

  PendingRevisions(Job job, FlywaySource source, ScriptReader reader, UndoScripts undo) {
    this.job = job;
    this.source = source;
    this.reader = reader;
    this.undo = undo;
  }

  /**
   * Renders.
   *
   * @param adopt whether a baseline is recorded first
   */
  List<Revision> render(MigrationInfo[] pending, boolean adopt) {
    List<Revision> revisions = new ArrayList<>();
    String baseline = job.input().flyway().baselineVersion();
    if (adopt) {
      revisions.add(baseline(baseline));
    }
    List<MigrationInfo> executed = new ArrayList<>();
    for (MigrationInfo info : pending) {
      if (!adopt || !isBelow(info, baseline)) {
        executed.add(info);
      }
    }
    requireSize(executed);
    if (!executed.isEmpty()) {
      revisions.addAll(callbacks());
    }
    for (MigrationInfo info : executed) {
      revisions.add(revision(info));
    }
    return revisions;
  }

  private static boolean isBelow(MigrationInfo info, String baseline) {
    return info.getVersion() != null
        && info.getVersion().compareTo(MigrationVersion.fromVersion(baseline)) <= 0;
  }

  private void requireSize(List<MigrationInfo> pending) {
    SourceLimits.requireCount(pending.size(), TARGET);
    Map<String, Long> bytes = new TreeMap<>();
    for (MigrationInfo info : pending) {
      long undoing = undoFile(info).map(file -> file.bytes().length).orElse(0);
      bytes.put(info.getScript(), file(info).bytes().length + undoing);
    }
    SourceLimits.requireBytes(bytes, TARGET);
  }

  private SourceFile file(MigrationInfo info) {
    return source.script(info.getScript()).orElseThrow();
  }

  private Optional<SourceFile> undoFile(MigrationInfo info) {
    return Optional.ofNullable(info.getVersion()).flatMap(source::undo);
  }

  private Revision revision(MigrationInfo info) {
    ScriptReader.Script script = reader.read(file(info));
    RevisionKind kind =
        info.getVersion() == null ? RevisionKind.REPEATABLE : RevisionKind.VERSIONED;
    return revision(
        kind,
        script,
        info.getVersion() == null ? "" : info.getVersion().getVersion(),
        info.getDescription(),
        info.getResolvedChecksum(),
        info.getVersion() == null
            ? null
            : undo.wayBack(info.getVersion(), info.getScript(), script.statements()));
  }

  private List<Revision> callbacks() {
    List<Revision> revisions = new ArrayList<>();
    for (Map.Entry<String, ScriptName.Callback> callback :
        source.named(ScriptName.Callback.class).entrySet()) {
      Event event = Event.fromId(callback.getValue().event());
      SourceFile file = source.script(callback.getKey()).orElseThrow();
      if (REFUSED_CALLBACKS.contains(event)) {
        throw StepFailure.permanent(
            "UnsupportedCallback",
            file.place()
                + " is a callback that also runs when Whimbrel only looks: use"
                + " beforeMigrate or afterMigrate");
      }
      if (job.input().flyway().group() && BETWEEN_SCRIPTS.contains(event)) {
        throw StepFailure.permanent(
            "UnsupportedCallback",
            file.place()
                + " would commit the first half of the group (spec.source.flyway.group): remove it,"
                + " or switch group off");
      }
      if (CALLBACKS.contains(event)) {
        revisions.add(
            revision(
                RevisionKind.CALLBACK,
                reader.read(file),
                "",
                callback.getValue().description(),
                null,
                null));
      }
    }
    return revisions;
  }

  private static Revision revision(
      RevisionKind kind,
      ScriptReader.Script script,
      String version,
      String description,
      Integer checksum,
      WayBack wayBack) {
    PlannedRevision planned =
        new PlannedRevision(
            version,
            description,
            script.file().name(),
            kind.label(),
            script.hash(),
            checksum,
            script.transactional(),
            null,
            script.lines(),
            null,
            wayBack);
    return new Revision(planned, script.statements(), script.online());
  }

  private static Revision baseline(String version) {
    PlannedRevision planned =
        new PlannedRevision(
            MigrationVersion.fromVersion(version).getVersion(),
            BASELINE_SCRIPT,
            BASELINE_SCRIPT,
            RevisionKind.BASELINE.label(),
            Sha256.hex("baseline " + version),
            null,
            true,
            null,
            List.of(
                "-- Creates the history table and records version "
                    + version
                    + " as present; no script is executed."),
            null,
            null);
    return new Revision(planned, List.of(), OnlineWork.none());
  }
}
