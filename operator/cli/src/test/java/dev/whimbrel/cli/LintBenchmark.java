package dev.whimbrel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How long the command takes, from the start of its process to its end, in a folder of 100 small
 * scripts. Prints rows for docs/benchmarks.md.
 *
 * <p>Usage: {@code LintBenchmark <build folder>}, which holds {@code whimbrel}.
 */
final class LintBenchmark {

  private static final int SCRIPTS = 100;
  private static final int RUNS = 11;

  /**
   * What a script of a product looks like: five statements, of which some are to be talked about.
   */
  private static final List<String> FORMS =
      List.of(
          "CREATE TABLE t%1$d (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT"
              + " NULL);",
          "CREATE INDEX i%1$d ON customers (name, c%1$d) WHERE deleted_at IS NULL;",
          "ALTER TABLE orders ADD COLUMN c%1$d text NOT NULL DEFAULT 'none';",
          "ALTER TABLE orders ADD CONSTRAINT f%1$d FOREIGN KEY (c%1$d) REFERENCES customers (id);",
          "CREATE OR REPLACE VIEW v%1$d AS SELECT o.id, count(*) FROM orders o JOIN t%1$d USING"
              + " (id) GROUP BY o.id HAVING count(*) > 1;",
          "UPDATE orders SET c%1$d = lower(name) WHERE c%1$d = 'none';",
          "ALTER TABLE orders ALTER COLUMN c%1$d TYPE varchar(%1$d);",
          "COMMENT ON COLUMN orders.c%1$d IS 'of script %1$d';");

  private LintBenchmark() {}

  /** Measures and prints. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path build = Path.of(arguments[0]).toAbsolutePath();
    Path folder = Files.createDirectories(build.resolve("lint-benchmark"));
    for (int i = 1; i <= SCRIPTS; i++) {
      StringBuilder sql = new StringBuilder();
      for (int j = 0; j < 5; j++) {
        sql.append(FORMS.get((i + j) % FORMS.size()).formatted(i)).append("\n\n");
      }
      Files.writeString(folder.resolve("V%d__script.sql".formatted(i)), sql);
    }
    String script = build.resolve("whimbrel").toString();
    boolean dropped = dropCaches();
    row(
        dropped
            ? "100 scripts, first run, no file in memory"
            : "100 scripts, first run (files are in memory: only root can drop them)",
        seconds(script, folder));
    row("100 scripts, again: median of " + RUNS, median(script, folder));
    Path archive = build.resolve("lib/whimbrel.jsa");
    Path aside = build.resolve("whimbrel.jsa.aside");
    Files.move(archive, aside);
    try {
      row("100 scripts, without the class archive: median of " + RUNS, median(script, folder));
    } finally {
      Files.move(aside, archive);
    }
  }

  private static double median(String script, Path folder)
      throws IOException, InterruptedException {
    double[] seconds = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      seconds[i] = seconds(script, folder);
    }
    Arrays.sort(seconds);
    return seconds[RUNS / 2];
  }

  private static double seconds(String script, Path folder)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    int code =
        new ProcessBuilder(script, "lint", "-f", "markdown", folder.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor();
    if (code != 1) {
      throw new IllegalStateException("exit code " + code + ": nothing High was found");
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static boolean dropCaches() {
    try {
      new ProcessBuilder("sync").start().waitFor();
      Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void row(String what, double seconds) {
    System.out.println(String.format(Locale.ROOT, "| %s | %.2f s |", what, seconds));
  }
}
