package dev.whimbrel.analysis;

import com.sun.management.OperatingSystemMXBean;
import dev.whimbrel.analysis.locks.LockTable;
import dev.whimbrel.analysis.pgquery.PgQuery;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How fast statements are judged, and in how much memory: prints a table of docs/benchmarks.md. By
 * CPU time of the whole process, collection of garbage and compilation included, so that other work
 * on the machine counts for little.
 */
final class AnalysisBenchmark {

  private static final int WARM_UP = 40;
  private static final int ROUNDS = 60;
  private static final double NANOS = 1e9;

  private AnalysisBenchmark() {}

  /**
   * Prints the table.
   *
   * @throws UnreadableSql where the statements are none
   * @throws IOException where the system does not tell of memory
   */
  @SuppressWarnings("SystemOut") // it is what this program is for
  public static void main(String[] arguments) throws UnreadableSql, IOException {
    PgQuery parser = new PgQuery(1);
    List<String> forms =
        LockTable.load().forms().values().stream().map(LockTable.Form::sql).toList();

    double before = cpu();
    judge(parser, forms.subList(0, 1));
    final double first = cpu() - before;
    for (int i = 0; i < WARM_UP; i++) {
      judge(parser, forms);
    }
    before = cpu();
    int statements = 0;
    for (int i = 0; i < ROUNDS; i++) {
      statements += judge(parser, forms);
    }
    double warm = cpu() - before;
    Optional<String> small = resident();
    judge(
        parser,
        List.of(
            "INSERT INTO t VALUES" + "\n(1, 'some words of data'),".repeat(40_000) + "(1, '')"));

    System.out.println("| figure | value | aim |");
    System.out.println("| --- | --- | --- |");
    System.out.printf("| first statement, the parser's load included | %.2f s of CPU | |%n", first);
    System.out.printf(
        "| statements a second of CPU, warm | %.0f | at least 300 |%n", statements / warm);
    System.out.printf("| resident memory afterwards | %s | under 200 MiB |%n", small.orElse("?"));
    System.out.printf(
        "| resident memory after an INSERT of 1 MiB | %s | under 200 MiB |%n",
        resident().orElse("?"));
  }

  /** Reads and judges each as a script of its own; says how many statements that were. */
  private static int judge(PgQuery parser, List<String> forms) throws UnreadableSql {
    int count = 0;
    for (String sql : forms) {
      List<Statement> statements = Tokenizer.statements(sql);
      RiskAssessment.of(parser, List.of(Scripts.of("V1.sql", statements)));
      count += statements.size();
    }
    return count;
  }

  /** Of this process, in seconds. */
  private static double cpu() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
        / NANOS;
  }

  private static Optional<String> resident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return Optional.empty();
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MiB")
        .findFirst();
  }
}
