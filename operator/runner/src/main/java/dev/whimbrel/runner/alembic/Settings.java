package dev.whimbrel.runner.alembic;

import dev.whimbrel.analysis.Trees;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.Sha256;
import dev.whimbrel.runner.Job;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The settings of a plan: what besides the revisions changes what runs, bound by its hash. */
final class Settings {

  /** Alembic's own table, as the rendered SQL spells it. */
  static final String VERSION_TABLE = "versionTable";

  /** Ids of revisions that change nothing but indexes, with commas. */
  static final String INDEXES_ONLY = "indexesOnly";

  /** Whether sessions of the tool carry our name. */
  static final String SESSIONS = "sessions";

  static final String NAMED = "named";
  static final String UNNAMED = "unnamed";

  private static final String IMAGE = "image";

  private Settings() {}

  /**
   * The settings.
   *
   * @param trees of the statements of the revisions
   * @param expected the plan to compare with; null for a first one
   */
  static Map<String, String> of(
      Job job,
      ScriptLocation location,
      Sighting sighting,
      String versionTable,
      Trees trees,
      List<RenderedRevision> revisions,
      ExpectedPlan expected) {
    RunnerInput.Alembic source = job.input().alembic();
    Map<String, String> settings = new TreeMap<>();
    settings.put("command", String.join(" ", source.command()));
    settings.put("target", source.target() == null ? "head" : source.target());
    settings.put(IMAGE, image(source, expected));
    settings.put(VERSION_TABLE, versionTable);
    settings.put(SESSIONS, sighting.named() ? NAMED : UNNAMED);
    settings.put(
        "transactionPerMigration",
        String.valueOf(EnvironmentFindings.commitsEachRevision(location)));
    String indexesOnly = indexesOnly(trees, revisions);
    if (!indexesOnly.isEmpty()) {
      settings.put(INDEXES_ONLY, indexesOnly);
    }
    location
        .files()
        .forEach((name, bytes) -> settings.put("file." + name, "sha256:" + Sha256.hex(bytes)));
    source
        .environment()
        .forEach((name, value) -> settings.put(RunnerInput.Alembic.setting(name), value));
    job.secrets()
        .bound()
        .forEach((name, version) -> settings.put(RunnerInput.Alembic.setting(name), version));
    return settings;
  }

  /** A tag that was planned with is pinned to its digest afterwards; that changes nothing. */
  private static String image(RunnerInput.Alembic source, ExpectedPlan expected) {
    String planned = expected == null ? null : expected.settings().get(IMAGE);
    boolean pinned =
        planned != null
            && !planned.contains("@")
            && source.image().contains("@")
            && source.image().startsWith(repository(planned) + "@");
    return pinned ? planned : source.image();
  }

  private static String repository(String image) {
    int tag = image.lastIndexOf(':');
    return tag > image.lastIndexOf('/') ? image.substring(0, tag) : image;
  }

  private static String indexesOnly(Trees trees, List<RenderedRevision> revisions) {
    return revisions.stream()
        .filter(revision -> revision.changesIndexesOnly(trees))
        .map(revision -> revision.node().id())
        .collect(Collectors.joining(","));
  }
}
