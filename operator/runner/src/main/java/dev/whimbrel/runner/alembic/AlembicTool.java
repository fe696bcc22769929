package dev.whimbrel.runner.alembic;

import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.google.SecretsFile;
import dev.whimbrel.runner.tool.History;
import dev.whimbrel.runner.tool.MigrationTool;
import dev.whimbrel.runner.tool.OpenSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Alembic, in the user's image, in the container beside this one. */
public final class AlembicTool implements MigrationTool {

  /**
   * Environment variable: how many seconds the tool's container may take to begin; 60 where it is
   * absent.
   */
  public static final String PATIENCE_VARIABLE = "WHIMBREL_TOOL_START_SECONDS";

  private static final String DEFAULT_PATIENCE = "60";

  private final Job job;
  private Bridge bridge;

  /** The tool of a Job whose source is Alembic's. */
  public AlembicTool(Job job) {
    this.job = job;
  }

  @Override
  public String name() {
    return "Alembic";
  }

  @Override
  public OpenSource open() {
    if (bridge == null) {
      Duration patience =
          Duration.ofSeconds(
              Long.parseLong(job.environment().getOrDefault(PATIENCE_VARIABLE, DEFAULT_PATIENCE)));
      if (SecretsFile.isNeeded(job)) {
        SecretsFile.of(job.mounts()).write(job.secrets());
      }
      bridge = Bridge.open(BridgeFolder.of(job.mounts()), job.input().alembic().image(), patience);
    }
    return new AlembicEnvironment(job, bridge);
  }

  @Override
  public History history(Session session, Optional<ExpectedPlan> plan) throws SQLException {
    String name =
        plan.map(ExpectedPlan::settings)
            .map(settings -> settings.get(Settings.VERSION_TABLE))
            .orElse(VersionRows.DEFAULT_NAME);
    return AlembicHistory.of(VersionRows.read(job, session, name), plan);
  }

  @Override
  public boolean isAtomic(ExpectedRevision revision, ExpectedPlan plan) {
    return revision.transactional();
  }

  /** The tool is not in the pods that ask this; the plan has noted it. */
  @Override
  public boolean changesIndexesOnly(ExpectedRevision revision) {
    return List.of(setting(Settings.INDEXES_ONLY).split(",")).contains(revision.version());
  }

  /** Only where the tool's sessions do not carry the run's name. */
  @Override
  public Optional<String> leftBehind(Session watcher) throws SQLException {
    return setting(Settings.SESSIONS).equals(Settings.UNNAMED)
        ? UnnamedSessions.leftBehind(job, watcher)
        : Optional.empty();
  }

  @Override
  public void close() {
    if (bridge != null) {
      bridge.close();
    }
    SecretsFile.of(job.mounts()).remove();
  }

  private String setting(String name) {
    return job.expectedPlan().map(ExpectedPlan::settings).orElse(Map.of()).getOrDefault(name, "");
  }
}
