package dev.whimbrel.analysis;

import dev.whimbrel.analysis.catalog.RelationFacts;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Whether the rows that are there let a statement through: a count that has to be zero. Reads only,
 * and calls nothing but what PostgreSQL itself brings.
 *
 * @param script that holds the statement
 * @param line of the statement, from 1
 * @param reads the relations whose rows are counted or compared
 * @param sql one SELECT of one number
 * @param failure what a count above zero means, with {@code {n} rows} or {@code {n} values} in it,
 *     and how to mend it
 * @param proof what a count of zero means
 */
public record DataQuestion(
    String script, int line, List<RelationFacts> reads, String sql, String failure, String proof) {

  public DataQuestion {
    reads = List.copyOf(reads);
  }

  /** Bytes that have to be read for the answer; empty where one size is not known. */
  public OptionalLong bytes() {
    long sum = 0;
    for (RelationFacts relation : reads) {
      if (relation.size().bytes().isEmpty()) {
        return OptionalLong.empty();
      }
      sum += relation.size().bytes().getAsLong();
    }
    return OptionalLong.of(sum);
  }

  /** What the answer means. */
  public String failure(long count) {
    String counted = String.format(Locale.ROOT, "%,d", count);
    return count == 1
        ? failure.replace("{n} rows", "1 row").replace("{n} values", "1 value")
        : failure.replace("{n}", counted);
  }
}
