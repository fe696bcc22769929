package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Index;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.catalog.Size;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredictedHoldTest {

  private static final long MEGABYTE = 1024 * 1024;

  private static final RelationFacts TABLE =
      RelationFacts.of(new QualifiedName("s", "t"), RelationKind.TABLE);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SET_NOT_NULL       | 20      | the lock is held for a moment, by that size
          SET_NOT_NULL       | 4000    | the lock is held for some 10 s to 80 s, by that size: read at 50 to 400 MB/s, which are assumed rates
          CREATE_INDEX       | 3000    | the lock is held for some 20 s to 3 min, by that size: indexed at 20 to 150 MB/s, which are assumed rates
          REWRITES_TABLE     | 2400    | the lock is held for some 46 s to 4 min, by that size: rewritten at 20 to 80 MB/s, with 1 of its indexes at 20 to 150 MB/s, which are assumed rates
          REINDEX            | 3000    | the lock is held for some 20 s to 3 min, by that size: an index of it rebuilt at 20 to 150 MB/s, which are assumed rates
          REFRESH_VIEW       | 2400    | the lock is held for some 46 s to 4 min, by that size: rewritten at 20 to 80 MB/s, with 1 of its indexes at 20 to 150 MB/s, which are assumed rates; and while its query runs
          ADD_FOREIGN_KEY    | 1000000 | the lock is held for some 84 min to 14 h, by that size: read and looked up at 20 to 200 MB/s, which are assumed rates
          """)
  void aHoldIsARangeThatNamesItsBasis(Rule rule, long megabytes, String expected) {
    assertThat(PredictedHold.of(rule, sized(megabytes))).hasValue(expected);
  }

  @Test
  void nothingIsSaidWhereNothingIsKnown() {
    assertThat(PredictedHold.of(Rule.SET_NOT_NULL, TABLE)).isEmpty();
    assertThat(PredictedHold.of(Rule.DROP_COLUMN, sized(4000))).isEmpty();
  }

  /** Of a partition, a query or an index somebody else would have to be known than the table. */
  @Test
  void everyRuleWhoseLockIsHeldForAsLongAsItsTableIsLargeHasAnAnswer() {
    Set<Rule> ofOthers =
        Set.of(Rule.ALTER_DOMAIN, Rule.CREATE_PARTITION, Rule.CREATE_TABLE_AS, Rule.SELECT_INTO);

    assertThat(Rule.values())
        .filteredOn(rule -> rule.page().scales() && !ofOthers.contains(rule))
        .allSatisfy(rule -> assertThat(PredictedHold.of(rule, sized(4000))).isPresent());
  }

  private static RelationFacts sized(long megabytes) {
    return TABLE
        .withSize(Size.of(1, megabytes * MEGABYTE, 0))
        .withIndexes(
            List.of(new Index("i", List.of("a"), false, false, true, false, OptionalLong.empty())));
  }
}
