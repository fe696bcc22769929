package dev.whimbrel.runner.flyway;

import dev.whimbrel.analysis.source.ScriptConfiguration;
import dev.whimbrel.analysis.source.ScriptName;
import dev.whimbrel.analysis.source.ScriptVersion;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The files of all ConfigMaps of the source, read once, so that what is checked, hashed and
 * executed are the same bytes. Refuses what Flyway would ignore silently or what cannot be shown in
 * a plan.
 */
public final class FlywaySource {

  private final Map<String, SourceFile> scripts;
  private final Map<String, SourceFile> configurations;

  private FlywaySource(Map<String, SourceFile> scripts, Map<String, SourceFile> configurations) {
    this.scripts = scripts;
    this.configurations = configurations;
  }

  /**
   * Reads the mounts.
   *
   * @throws StepFailure where a ConfigMap is not mounted, or a file is refused
   */
  public static FlywaySource read(Job job) {
    Map<String, SourceFile> scripts = new TreeMap<>();
    Map<String, SourceFile> configurations = new TreeMap<>();
    List<String> configMaps = job.input().flyway().configMaps();
    for (int i = 0; i < configMaps.size(); i++) {
      for (SourceFile file : files(job.mounts().source(i), configMaps.get(i))) {
        if (file.name().endsWith(ScriptName.SUFFIX)) {
          put(scripts, file);
        } else if (file.name().endsWith(ScriptName.CONFIGURATION_SUFFIX)) {
          put(configurations, file);
        } else {
          refuseOtherMigrations(file);
          job.log().info("File ignored", "configMap", file.configMap(), "file", file.name());
        }
      }
    }
    FlywaySource source = new FlywaySource(scripts, configurations);
    scripts.values().forEach(FlywaySource::requireReadable);
    configurations.values().forEach(FlywaySource::requireReadable);
    configurations.values().forEach(FlywaySource::configuration);
    source.requireDistinct(job);
    return source;
  }

  /** A script, if it is there. */
  public Optional<SourceFile> script(String name) {
    return Optional.ofNullable(scripts.get(name));
  }

  /** The configuration file of a script, if it has one. */
  public Optional<SourceFile> configurationFile(String script) {
    return Optional.ofNullable(configurations.get(script + ".conf"));
  }

  /** What the configuration file of a script says. */
  ScriptConfiguration configuration(String script) {
    return configurationFile(script)
        .map(FlywaySource::configuration)
        .orElse(ScriptConfiguration.NONE);
  }

  private static ScriptConfiguration configuration(SourceFile file) {
    try {
      return ScriptConfiguration.parse(file.text());
    } catch (ScriptConfiguration.Refused e) {
      throw StepFailure.permanent(
          "ScriptConfiguration", file.place() + " is refused: " + e.getMessage());
    }
  }

  /** The scripts that are meant so, with their file names, in the order of their names. */
  public <T extends ScriptName> Map<String, T> named(Class<T> kind) {
    Map<String, T> found = new LinkedHashMap<>();
    scripts
        .keySet()
        .forEach(name -> {
          ScriptName meaning = ScriptName.parse(name).orElseThrow();
          if (kind.isInstance(meaning)) {
            found.put(name, kind.cast(meaning));
          }
        });
    return found;
  }

  /** What undoes a version, if it is there. */
  public Optional<SourceFile> undo(MigrationVersion version) {
    return named(ScriptName.Undo.class).entrySet().stream()
        .filter(undo -> version(undo.getValue().version()).equals(version))
        .findFirst()
        .map(undo -> scripts.get(undo.getKey()));
  }

  /** A version of a file name, as Flyway's own. */
  static MigrationVersion version(ScriptVersion version) {
    return MigrationVersion.fromVersion(version.toString());
  }

  /** All files: to read them one by one. */
  MemoryResources everything() {
    Map<String, SourceFile> all = new TreeMap<>(configurations);
    all.putAll(scripts);
    return new MemoryResources(all);
  }

  /** What Flyway sees: the scripts that the predicate takes, and all configuration files. */
  public MemoryResources resources(Predicate<String> visible) {
    Map<String, SourceFile> seen = new TreeMap<>(configurations);
    scripts.forEach((name, file) -> {
      if (!(ScriptName.parse(name).orElseThrow() instanceof ScriptName.Undo)
          && visible.test(name)) {
        seen.put(name, file);
      }
    });
    return new MemoryResources(seen);
  }

  private static List<SourceFile> files(Path directory, String configMap) {
    if (!Files.isDirectory(directory)) {
      throw StepFailure.permanent(
          "SourceMissing",
          "ConfigMap "
              + configMap
              + " of spec.source.flyway.configMaps is not mounted: does it exist"
              + " in the migration's namespace?");
    }
    List<SourceFile> files = new ArrayList<>();
    try (Stream<Path> entries = Files.list(directory)) {
      // The kubelet's own entries (..data, ..2026_11_25…) begin with two dots; keys are links.
      for (Path entry : entries.sorted().toList()) {
        String name = entry.getFileName().toString();
        if (!name.startsWith("..") && Files.isRegularFile(entry)) {
          files.add(new SourceFile(configMap, name, Files.readAllBytes(entry)));
        }
      }
    } catch (IOException e) {
      throw StepFailure.transientFailure(
          "SourceUnreadable", "ConfigMap " + configMap + " cannot be read: " + e.getMessage());
    }
    return files;
  }

  private static void put(Map<String, SourceFile> files, SourceFile file) {
    SourceFile other = files.put(file.name(), file);
    if (other != null) {
      throw StepFailure.permanent(
          "DuplicateFile",
          "file "
              + file.name()
              + " is in ConfigMap "
              + other.configMap()
              + " and in ConfigMap "
              + file.configMap()
              + ": remove one of them");
    }
  }

  private static void refuseOtherMigrations(SourceFile file) {
    String name = file.name();
    if (name.endsWith(".class") || name.endsWith(".jar") || name.endsWith(".java")) {
      throw StepFailure.permanent(
          "JavaMigration",
          file.place()
              + " is a Java migration: what it does cannot be shown in a plan; write it as"
              + " SQL");
    }
    if (name.matches("[VURB][0-9._]*__.*")) {
      throw StepFailure.permanent(
          "NotSql", file.place() + " looks like a migration but does not end with .sql: rename it");
    }
  }

  private static void requireReadable(SourceFile file) {
    ByteBuffer bytes = ByteBuffer.wrap(file.bytes());
    CharBuffer text = CharBuffer.allocate(file.bytes().length);
    if (StandardCharsets.UTF_8.newDecoder().decode(bytes, text, true).isError()) {
      long line = text.flip().chars().filter(c -> c == '\n').count() + 1;
      throw StepFailure.permanent(
          "NotUtf8", file.place() + " is not UTF-8 from line " + line + " on: convert it");
    }
    for (byte b : file.bytes()) {
      if (b == 0) {
        throw StepFailure.permanent(
            "NulByte", file.place() + " holds a NUL byte, which PostgreSQL refuses: remove it");
      }
    }
  }

  private void requireDistinct(Job job) {
    Map<Object, String> seen = new LinkedHashMap<>();
    int migrations = 0;
    for (String name : scripts.keySet()) {
      ScriptName meaning = ScriptName.parse(name).orElseThrow(() -> badName(scripts.get(name)));
      Object key =
          switch (meaning) {
            case ScriptName.Versioned(ScriptVersion version, String description) -> version;
            case ScriptName.Repeatable(String description) -> description;
            case ScriptName.Callback callback -> name;
            case ScriptName.Undo undo -> undo;
          };
      String other = seen.put(key, name);
      if (other != null) {
        throw StepFailure.permanent(
            "DuplicateVersion",
            scripts.get(name).place()
                + " and "
                + scripts.get(other).place()
                + " are the same revision: give one of them another version or description");
      }
      migrations +=
          meaning instanceof ScriptName.Callback || meaning instanceof ScriptName.Undo ? 0 : 1;
    }
    if (migrations == 0) {
      throw StepFailure.permanent(
          "EmptySource",
          "no migration in spec.source.flyway.configMaps "
              + job.input().flyway().configMaps()
              + ": expected keys like V1__create_users.sql or R__views.sql");
    }
  }

  private static StepFailure badName(SourceFile file) {
    return StepFailure.permanent(
        "BadFileName",
        file.place()
            + " has no name that Flyway knows: expected V1__description.sql,"
            + " R__description.sql or a callback like afterMigrate.sql");
  }
}
