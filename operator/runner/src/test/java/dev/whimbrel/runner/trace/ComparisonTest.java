package dev.whimbrel.runner.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.UnreadableSql;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.catalog.Size;
import dev.whimbrel.analysis.locks.Effect;
import dev.whimbrel.analysis.locks.Effect.Work;
import dev.whimbrel.analysis.locks.LockMode;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.runner.trace.Replay.Failure;
import dev.whimbrel.runner.trace.Replay.Measured;
import dev.whimbrel.runner.trace.Replay.Replayed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonTest {

  private static final String ALTER = "ALTER TABLE users ALTER COLUMN id TYPE bigint";

  private static final Effect REWRITTEN =
      new Effect("users", Optional.of(LockMode.ACCESS_EXCLUSIVE), Set.of(Work.REWRITTEN));
  private static final Effect TOUCHED =
      new Effect("users", Optional.of(LockMode.ACCESS_EXCLUSIVE), Set.of());

  @Test
  void longWorkThatNoRuleExpectedIsMedium() {
    Traced traced = compare(List.of(), SchemaFacts.unknown(), REWRITTEN);

    assertThat(traced.findings())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.rule()).isEqualTo("TraceDisagrees");
          assertThat(finding.risk()).isEqualTo("Medium");
          assertThat(finding.message()).contains("users was rewritten under ACCESS EXCLUSIVE");
          assertThat(finding.line()).isEqualTo(1);
        });
  }

  @Test
  void whatARuleOrTheAuthorHasSaidIsNotSaidAgain() {
    assertThat(compare(List.of(said("AlterTable", "Medium")), SchemaFacts.unknown(), REWRITTEN))
        .extracting(Traced::findings)
        .isEqualTo(List.of());
    assertThat(compare(List.of(said("Ignored", "Low")), SchemaFacts.unknown(), REWRITTEN))
        .extracting(Traced::findings)
        .isEqualTo(List.of());
  }

  @Test
  void aTableWithoutRowsIsQuicklyRewritten() {
    assertThat(compare(List.of(), users(0), REWRITTEN).findings()).isEmpty();
    assertThat(compare(List.of(), users(8192), REWRITTEN).findings()).hasSize(1);
  }

  @Test
  void longWorkThatWasNotSeenIsSaidAndTheRiskStays() {
    Traced traced =
        compare(List.of(said("AlterColumnType", "High")), SchemaFacts.unknown(), TOUCHED);

    assertThat(traced.findings())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.risk()).isEqualTo("Low");
          assertThat(finding.message()).contains("AlterColumnType", "The risk stays");
        });
  }

  @Test
  void aLineNamesFiveRelationsAndHowManyMoreThereAre() {
    List<Effect> partitions =
        IntStream.range(0, 400)
            .mapToObj(n -> new Effect("p" + n, REWRITTEN.lock(), REWRITTEN.work()))
            .toList();

    Traced traced = compare(List.of(), SchemaFacts.unknown(), partitions);

    assertThat(traced.lines().get("V1.sql"))
        .containsExactly(
            "line 1: p0: AccessExclusive rewritten; p1: AccessExclusive rewritten; p2:"
                + " AccessExclusive rewritten; p3: AccessExclusive rewritten; p4: AccessExclusive"
                + " rewritten; and 395 more");
    assertThat(traced.findings().getFirst().message())
        .contains("p4 was rewritten under ACCESS EXCLUSIVE; and 395 more:")
        .doesNotContain("p5 ");
  }

  @Test
  void aFailureForWantOfRowsIsNoFailureOfTheStatement() {
    assertThat(failure("23503").getFirst().rule()).isEqualTo("NotTraced");
    assertThat(failure("P0002").getFirst().rule()).isEqualTo("NotTraced");
    assertThat(failure("42P01").getFirst().rule()).isEqualTo("TraceFailed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"08006", "53200", "57014", "58030", "55000", "3D000", "42501"})
  void aFailureForWhatTheServerIsIsNoFailureOfTheStatement(String state) {
    assertThat(failure(state))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.rule()).isEqualTo("NotTraced");
          assertThat(finding.message())
              .isEqualTo(
                  "Not traced from here on: V1.sql line 1 fails for what the throw-away server is"
                      + " (refused, SQLSTATE "
                      + state
                      + ")");
        });
  }

  @Test
  void whatAnImageDoesNotSupportIsOnlyOfTheImageForExtensionsAndRefreshes() {
    assertThat(failure("REFRESH MATERIALIZED VIEW totals", "0A000"))
        .extracting(Finding::rule)
        .containsExactly("NotTraced");
    assertThat(failure("CREATE EXTENSION vector", "0A000"))
        .extracting(Finding::rule)
        .containsExactly("NotTraced");
    assertThat(failure("0A000")).extracting(Finding::rule).containsExactly("TraceFailed");
  }

  private static List<Finding> failure(String state) {
    return failure(ALTER, state);
  }

  private static List<Finding> failure(String sql, String state) {
    return new Comparison(List.of(), SchemaFacts.unknown())
        .of(
            new Replayed(
                List.of(),
                Optional.of(new Failure("V1.sql", statement(sql), state, "refused")),
                Optional.empty()))
        .findings();
  }

  private static Traced compare(List<Finding> found, SchemaFacts facts, Effect effect) {
    return compare(found, facts, List.of(effect));
  }

  private static Traced compare(List<Finding> found, SchemaFacts facts, List<Effect> effects) {
    Measured seen = new Measured("V1.sql", statement(ALTER), true, effects);
    return new Comparison(found, facts)
        .of(new Replayed(List.of(seen), Optional.empty(), Optional.empty()));
  }

  private static Statement statement(String sql) {
    try {
      return Tokenizer.statements(sql).getFirst();
    } catch (UnreadableSql e) {
      throw new AssertionError(e);
    }
  }

  private static Finding said(String rule, String risk) {
    return new Finding(rule, risk, "it is so", "V1.sql", 1);
  }

  private static SchemaFacts users(long bytes) {
    QualifiedName name = new QualifiedName("public", "users");
    RelationFacts facts =
        RelationFacts.of(name, RelationKind.TABLE).withSize(Size.of(bytes / 64, bytes, 0));
    return new SchemaFacts(170_000, Map.of(name, facts), Set.of(), Map.of());
  }
}
