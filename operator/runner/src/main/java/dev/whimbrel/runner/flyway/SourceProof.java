package dev.whimbrel.runner.flyway;

import dev.whimbrel.analysis.Definitions;
import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.UnreadableSql;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import java.util.Optional;
import org.flywaydb.core.internal.resolver.ChecksumCalculator;

/** What the source can prove about a revision whose outcome is not recorded. */
final class SourceProof {

  private SourceProof() {}

  /**
   * Whether the script changes nothing but indexes, so that an unchanged catalog proves that it has
   * changed nothing at all. False where the source is not there or is not the planned one.
   */
  static boolean changesIndexesOnly(Job job, ExpectedRevision revision) {
    if (job.input().flyway() == null) {
      return false;
    }
    try {
      FlywaySource source = FlywaySource.read(job);
      Optional<SourceFile> file = source.script(revision.script());
      if (file.isEmpty() || !isPlanned(source, file.get(), revision)) {
        return false;
      }
      Trees trees = new Trees(new PgQuery(1));
      return Tokenizer.statements(file.get().text()).stream()
          .allMatch(statement -> Definitions.indexesOnly(trees, statement));
    } catch (StepFailure | UnreadableSql e) {
      return false;
    }
  }

  private static boolean isPlanned(
      FlywaySource source, SourceFile file, ExpectedRevision revision) {
    int checksum =
        ChecksumCalculator.calculate(
            source.resources(file.name()::equals).getResource(file.name()));
    return revision.checksum() != null && checksum == revision.checksum();
  }
}
