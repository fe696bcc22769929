package dev.whimbrel.controller;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What two plans have in common that would do, and undo, the same on whichever database. Unlike a
 * plan's hash it covers neither the database nor the settings that differ between staging and
 * production, and nothing is decided by it.
 */
public final class PlanContent {

  /** What Alembic's environment is made of. */
  private static final String FILES = "file.";

  private static final int CHARACTERS = 40;

  private PlanContent() {}

  /** A digest of it that may be a label. */
  public static String digest(MigrationPlanSpec plan) {
    Map<String, Object> content = new TreeMap<>();
    content.put("from", Objects.toString(plan.from(), ""));
    content.put("to", Objects.toString(plan.to(), ""));
    content.put("direction", Objects.toString(plan.direction(), ""));
    plan.settings().entrySet().stream()
        .filter(setting -> setting.getKey().startsWith(FILES))
        .forEach(setting -> content.put(setting.getKey(), setting.getValue()));
    content.put("revisions", plan.revisions().stream().map(PlanContent::revision).toList());
    return Sha256.hex(Json.write(content)).substring(0, CHARACTERS);
  }

  private static List<String> revision(PlannedRevision revision) {
    List<String> words = new ArrayList<>();
    words.add(revision.script());
    words.add(Objects.toString(revision.hash(), ""));
    words.add(revision.undo() == null ? "" : Objects.toString(revision.undo().hash(), ""));
    return words;
  }
}
