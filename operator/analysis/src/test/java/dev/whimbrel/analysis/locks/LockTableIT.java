package dev.whimbrel.analysis.locks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What each form of a statement locks, reads, rewrites and builds on real servers is what the table
 * says. {@code -Dwhimbrel.generate} writes the table instead.
 */
@Tag("postgres")
class LockTableIT {

  private static final Path MODULE =
      Path.of(System.getProperty("whimbrel.root", "../.."), "operator/analysis");
  private static final Path LOCKS = MODULE.resolve("src/test/resources/locks");
  private static final Path TABLE =
      MODULE.resolve("src/main/resources/dev/whimbrel/analysis/locks/locks.txt");

  /** Autovacuum would lock tables on its own; commits last as {@link ConcurrentTracer} wants. */
  private static final Map<String, String> SETTINGS = Map.of("autovacuum", "off", "fsync", "on");

  private static final boolean GENERATE = Boolean.getBoolean("whimbrel.generate");

  private static final SortedMap<Integer, Traced> TRACED = new TreeMap<>();

  @ParameterizedTest
  @ValueSource(ints = {13, 14, 15, 16, 17, 18})
  void theTableIsWhatTheServerDoes(int version) throws Exception {
    Path binaries = MODULE.resolve("target/postgres/" + version + ".jar");
    LockTable table = GENERATE ? LockTable.parse(List.of()) : LockTable.load();

    Traced traced;
    try (EmbeddedDatabase server = EmbeddedDatabase.start(binaries, SETTINGS)) {
      traced = trace(server, version, table);
    }

    if (GENERATE) {
      TRACED.put(version, traced);
    } else {
      Map<String, String> differences = new TreeMap<>();
      traced
          .effects()
          .forEach((name, effects) -> {
            List<String> expected = expected(table, name, version).orElse(List.of("not there"));
            // In the table they stand by version.
            if (!Set.copyOf(effects).equals(Set.copyOf(expected))) {
              differences.put(name, effects + " instead of " + expected);
            }
          });
      assertThat(differences).isEmpty();
      assertThat(traced.effects()).hasSameSizeAs(table.forms());
      assertThat(Files.readString(TABLE)).contains(traced.release());
    }
  }

  private static Traced trace(EmbeddedDatabase server, int version, LockTable table)
      throws Exception {
    server.execute("postgres", "CREATE DATABASE fixture");
    String schema =
        Files.readString(LOCKS.resolve("schema.sql"))
            + (version >= 18 ? Files.readString(LOCKS.resolve("schema-18.sql")) : "");
    Map<String, List<String>> effects = new LinkedHashMap<>();
    String release;
    try (Connection connection = server.connect("fixture")) {
      release = connection.getMetaData().getDatabaseProductVersion().split(" ")[0];
      try (Statement statement = connection.createStatement()) {
        statement.execute(schema);
      }
      RolledBack tracer = new RolledBack(connection);
      for (Map.Entry<String, String> form : forms("forms.sql").entrySet()) {
        effects.put(form.getKey(), tracer.trace(form.getValue()));
      }
    }
    try (ConcurrentTracer tracer = new ConcurrentTracer(server, "fixture", schema)) {
      for (Map.Entry<String, String> form : forms("forms-outside-transactions.sql").entrySet()) {
        effects.put(
            form.getKey(), tracer.trace(form.getValue(), expected(table, form.getKey(), version)));
      }
    }
    return new Traced(release, effects);
  }

  private static Optional<List<String>> expected(LockTable table, String form, int version) {
    return Optional.ofNullable(table.forms().get(form))
        .map(each -> each.lines().getOrDefault(version, List.of()));
  }

  private static Map<String, String> forms(String file) throws IOException {
    Map<String, String> forms = new LinkedHashMap<>();
    for (String line : Files.readAllLines(LOCKS.resolve(file))) {
      int colon = line.indexOf(": ");
      forms.put(line.substring(0, colon), line.substring(colon + 2));
    }
    return forms;
  }

  @AfterAll
  static void write() throws IOException {
    if (!GENERATE) {
      return;
    }
    StringBuilder table =
        new StringBuilder("# Measured by LockTableIT; write it anew with -Dwhimbrel.generate.\n#");
    TRACED.forEach((version, traced) ->
        table
            .append(version.equals(TRACED.firstKey()) ? " PostgreSQL " : ", ")
            .append(traced.release()));
    table.append(
        """
        : of each version, the strongest lock on each relation that was there
        # before, and what was done under it. A version without a line did nothing to any of them.
        """);
    for (String file : List.of("forms.sql", "forms-outside-transactions.sql")) {
      forms(file)
          .forEach((name, sql) -> {
            table.append('\n').append(name).append(": ").append(sql).append('\n');
            lines(name).forEach(line -> table.append("  ").append(line).append('\n'));
          });
    }
    Files.createDirectories(TABLE.getParent());
    Files.writeString(TABLE, table);
  }

  /** Each effect with the versions that have it, as {@code 13-17 t: AccessExclusive}. */
  private static List<String> lines(String form) {
    Map<String, List<Integer>> versions = new LinkedHashMap<>();
    // The newest first: what only an old version does comes last.
    for (int version : TRACED.reversed().keySet()) {
      for (String effect : TRACED.get(version).effects().get(form)) {
        versions.computeIfAbsent(effect, any -> new ArrayList<>()).addFirst(version);
      }
    }
    return versions.entrySet().stream()
        .map(line -> ranges(line.getValue()) + " " + line.getKey())
        .toList();
  }

  private static String ranges(List<Integer> versions) {
    StringBuilder ranges = new StringBuilder();
    for (int i = 0; i < versions.size(); i++) {
      int first = versions.get(i);
      while (i + 1 < versions.size() && versions.get(i + 1) == versions.get(i) + 1) {
        i++;
      }
      ranges.append(ranges.isEmpty() ? "" : ",").append(first);
      ranges.append(versions.get(i) > first ? "-" + versions.get(i) : "");
    }
    return ranges.toString();
  }

  private record Traced(String release, Map<String, List<String>> effects) {}
}
