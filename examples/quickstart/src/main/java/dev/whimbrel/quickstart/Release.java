package dev.whimbrel.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.protocol.Sha256;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a release of the application brings along: its scripts, in a ConfigMap whose name ends with
 * a hash of them, and the migration that names it. kustomize's generator does the same.
 */
final class Release {

  private static final String NAME = "orders-sql";
  private static final int HASH_LENGTH = 10;

  private final Path folder;
  private final SortedMap<String, String> scripts;

  private Release(Path folder, SortedMap<String, String> scripts) {
    this.folder = folder;
    this.scripts = scripts;
  }

  /** The release that holds the first so many scripts of a folder's {@code sql}. */
  static Release ofFirst(int count, Path folder) {
    SortedMap<String, String> scripts = new TreeMap<>();
    allScripts(folder).stream()
        .limit(count)
        .forEach(file -> scripts.put(file.getFileName().toString(), read(file)));
    return new Release(folder, scripts);
  }

  /** The release that holds all scripts. */
  static Release ofAll(Path folder) {
    return ofFirst(Integer.MAX_VALUE, folder);
  }

  private static List<Path> allScripts(Path folder) {
    try (Stream<Path> files = Files.list(folder.resolve("sql"))) {
      return files.filter(file -> file.toString().endsWith(".sql")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the quickstart's scripts are missing: " + e.getMessage(), e);
    }
  }

  /** File names in the order in which Flyway runs them. */
  List<String> names() {
    return List.copyOf(scripts.keySet());
  }

  /** The ConfigMap. */
  ConfigMap configMap(String namespace) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(configMapName())
        .withNamespace(namespace)
        .endMetadata()
        .withImmutable(true)
        .withData(scripts)
        .build();
  }

  String configMapName() {
    return NAME + "-" + Sha256.hex(scripts.toString()).substring(0, HASH_LENGTH);
  }

  /** {@code migration.yaml} with that ConfigMap's name. */
  DatabaseMigration migration() {
    String yaml = read(folder.resolve("migration.yaml"));
    return Serialization.unmarshal(
        yaml.replace("[" + NAME + "]", "[" + configMapName() + "]"), DatabaseMigration.class);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
