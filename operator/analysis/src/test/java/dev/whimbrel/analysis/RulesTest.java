package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.RulePage.About;
import dev.whimbrel.analysis.RulePage.Case;
import dev.whimbrel.api.v1alpha1.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files of the rules: each is one that the code knows, and what they say of themselves is so.
 */
class RulesTest {

  private static final Path ROOT = Path.of(System.getProperty("whimbrel.root", "../.."));
  private static final Path FILES =
      ROOT.resolve("operator/analysis/src/main/resources/dev/whimbrel/analysis/rules");
  private static final Path DOCS = ROOT.resolve("docs/rules");
  private static final Path NAMES =
      ROOT.resolve("operator/api/src/main/resources/dev/whimbrel/api/v1alpha1/rules.txt");
  private static final boolean GENERATE =
      !List.of("", "false").contains(System.getProperty("whimbrel.generate", "false"));

  /** What is to be written instead is what is written, or refused, and so left out. */
  private static final Set<String> IS_SO_ALREADY =
      Set.of(
          "REINDEX SYSTEM app",
          "DROP INDEX CONCURRENTLY IF EXISTS i",
          "REFRESH MATERIALIZED VIEW CONCURRENTLY m");

  static Stream<Rule> ofSql() {
    return Arrays.stream(Rule.values())
        .filter(rule -> Set.of(About.STATEMENT, About.SCRIPT).contains(rule.page().about()));
  }

  @Test
  void everyRuleHasAFileAndEveryFileARule() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Arrays.stream(Rule.values()).map(rule -> rule.id() + ".yaml").toList());
    }
  }

  /** The API server refuses a policy that names another. */
  @Test
  void everyRuleMayBeForbidden() throws IOException {
    String names = Arrays.stream(Rule.values()).map(Rule::id).collect(Collectors.joining("\n"));
    if (GENERATE) {
      Files.writeString(NAMES, names + "\n");
    }
    assertThat(NAMES)
        .as("with -Dwhimbrel.generate it is rewritten, and in a second run the CRDs")
        .hasContent(names);
  }

  @ParameterizedTest
  @MethodSource("ofSql")
  void aRuleIsFoundWhereItSaysSoAndNowhereElse(Rule rule) {
    RulePage page = rule.page();

    assertThat(page.fires()).isNotEmpty();
    assertThat(page.silent()).isNotEmpty();
    for (Case fires : page.fires()) {
      assertThat(RuleCases.findings(fires))
          .as(fires.sql())
          .filteredOn(finding -> finding.rule().equals(rule.id()))
          .isNotEmpty()
          .allMatch(finding ->
              finding.risk().equals((fires.risk() == null ? page.risk() : fires.risk()).label()));
    }
    for (Case silent : page.silent()) {
      assertThat(RuleCases.findings(silent))
          .as(silent.sql())
          .extracting(Finding::rule)
          .doesNotContain(rule.id());
    }
  }

  @ParameterizedTest
  @MethodSource("ofSql")
  void whatToWriteInsteadIsSqlWithTheNamesOfTheStatement(Rule rule) {
    for (Case fires : rule.page().fires()) {
      List<Finding> found =
          RuleCases.findings(fires).stream()
              .filter(finding -> finding.rule().equals(rule.id()))
              .toList();

      for (Finding finding : found) {
        String sql = String.join("\n", finding.rewrite());
        assertThat(sql.isEmpty())
            .as(fires.sql())
            .isEqualTo(rule.page().instead().isEmpty() || IS_SO_ALREADY.contains(fires.sql()));
        assertThat(unreadable(sql)).as("%s\n%s", fires.sql(), sql).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ofSql")
  void everyNameInWhatToWriteInsteadIsKnown(Rule rule) {
    for (Case fires : rule.page().fires()) {
      assertThat(RuleCases.judgements(fires))
          .filteredOn(judgement -> judgement.rule() == rule)
          .allSatisfy(judgement ->
              assertThat(judgement.names().keySet())
                  .as(fires.sql())
                  .containsAll(rule.page().names()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theDocumentationHasItsPage(Rule rule) throws IOException {
    assertThat(rule.page().why()).endsWith(".");
    assertThat(rule.page().locks()).endsWith(".");
    assertThat(rule.page().impact()).isNotEmpty();
    compareOrWrite(rule.id() + ".md", RuleDocumentation.page(rule));
  }

  @Test
  void theDocumentationListsAllRules() throws IOException {
    compareOrWrite("README.md", RuleDocumentation.index());

    try (Stream<Path> files = Files.list(DOCS)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(
                      Stream.of("README.md"),
                      Arrays.stream(Rule.values()).map(rule -> rule.id() + ".md"))
                  .toList());
    }
  }

  private static List<Finding> unreadable(String sql) {
    return RuleCases.findings(new Case(sql, null, "", null)).stream()
        .filter(finding -> finding.rule().equals(Rule.UNREADABLE_SQL.id()))
        .toList();
  }

  private static void compareOrWrite(String name, String expected) throws IOException {
    Path file = DOCS.resolve(name);
    if (GENERATE) {
      Files.createDirectories(DOCS);
      Files.writeString(file, expected);
    }
    assertThat(Files.exists(file) ? Files.readString(file) : "")
        .as(
            "docs/rules/%s is generated from operator/analysis and is not up to date; to rewrite"
                + " it: ./mvnw -pl operator/analysis -am test -Dwhimbrel.generate",
            name)
        .isEqualTo(expected);
  }
}
