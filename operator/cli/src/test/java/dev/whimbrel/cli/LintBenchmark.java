package dev.whimbrel.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

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
    Path whimbrel = build.resolve("whimbrel");
    boolean forgotten =
        forget(build.resolve("lib")) && forget(javaLibraries(whimbrel)) && forget(folder);
    Taken first = run(whimbrel, folder);
    row(
        forgotten ? "first run, files read from the disk" : "first run (files are in memory)",
        first);
    row("again, median of " + RUNS, median(whimbrel, folder));
    Path archive = build.resolve("lib/whimbrel.jsa");
    Path aside = build.resolve("whimbrel.jsa.aside");
    Files.move(archive, aside);
    try {
      row("without the class archive, median of " + RUNS, median(whimbrel, folder));
    } finally {
      Files.move(aside, archive);
    }
  }

  private static Taken median(Path whimbrel, Path folder) throws IOException, InterruptedException {
    List<Taken> taken = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      taken.add(run(whimbrel, folder));
    }
    return new Taken(
        taken.stream().map(Taken::seconds).sorted().toList().get(RUNS / 2),
        taken.stream().map(Taken::cpuSeconds).sorted().toList().get(RUNS / 2));
  }

  /**
   * The shell's own count of what its children used is what other work beside it hardly changes.
   */
  private static Taken run(Path whimbrel, Path folder) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "\"$0\" lint -f markdown \"$1\" >/dev/null; echo $?; times",
                whimbrel.toString(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    double seconds = (System.nanoTime() - start) / 1e9;
    List<String> lines = output.lines().toList();
    if (!lines.getFirst().equals("1")) {
      throw new IllegalStateException("exit code " + lines.getFirst() + ": nothing High was found");
    }
    double cpu =
        Arrays.stream(lines.getLast().split(" ")).mapToDouble(LintBenchmark::secondsOf).sum();
    return new Taken(seconds, cpu);
  }

  /** Of the form 0m1.234s. */
  private static double secondsOf(String text) {
    String[] parts = text.replace("s", "").split("m");
    return 60 * Double.parseDouble(parts[0]) + Double.parseDouble(parts[1]);
  }

  private static Path javaLibraries(Path whimbrel) throws IOException {
    return Files.readString(whimbrel)
        .lines()
        .filter(line -> line.startsWith("for candidate in"))
        .map(line -> Path.of(line.split("\"")[3]).resolve("../../lib").normalize())
        .findFirst()
        .orElseThrow();
  }

  /** Asks the kernel to keep none of these files in memory; of what is in use it keeps all. */
  private static boolean forget(Path folder) throws IOException, InterruptedException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        int code =
            new ProcessBuilder("dd", "if=" + file, "iflag=nocache", "count=0", "status=none")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (code != 0) {
          return false;
        }
      }
    }
    return true;
  }

  private static void row(String what, Taken taken) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "| lint of %d scripts: %s | %.2f s, %.2f s of CPU | |",
            SCRIPTS,
            what,
            taken.seconds(),
            taken.cpuSeconds()));
  }

  private record Taken(double seconds, double cpuSeconds) {}
}
