package dev.whimbrel.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ForbiddenTest {

  private static final Finding DROP =
      new Finding("DropColumn", "High", "drops a column of users", "V8.sql", 3);

  private static final MigrationPolicySpec NO_DROPS = forbidding("DropColumn", "Ignored");

  private static MigrationPolicySpec forbidding(String... rules) {
    return new MigrationPolicySpec(
        null, Stream.of(rules).map(rule -> new ForbiddenRule(rule, "ask #data")).toList());
  }

  private static List<String> told(Finding finding) {
    return Forbidden.of("production", NO_DROPS, finding).stream().map(Forbidden::told).toList();
  }

  @Test
  void whoForbidsItAndWhyIsToldAfterThePlace() {
    assertThat(told(DROP))
        .containsExactly("V8.sql line 3. MigrationPolicy production forbids DropColumn: ask #data");
  }

  @Test
  void whatIsIgnoredIsForbiddenAndSoMayBeToIgnoreIt() {
    Finding ignored = new Finding("Ignored", "Low", "x", "V8.sql", 3).standingFor("DropColumn");

    assertThat(told(ignored))
        .containsExactly(
            "V8.sql line 3. MigrationPolicy production forbids DropColumn: ask #data",
            "V8.sql line 3. MigrationPolicy production forbids Ignored: ask #data");
  }

  @Test
  void theStatementIsShownWhereItIsKnown() {
    assertThat(told(DROP.at("line 3: ALTER TABLE a DROP b")))
        .containsExactly(
            "V8.sql line 3: ALTER TABLE a DROP b. MigrationPolicy production forbids DropColumn:"
                + " ask #data");
  }

  @Test
  void whatIsInNoScriptIsToldInItsOwnWords() {
    Finding whole = new Finding("DropColumn", "High", "it goes", null, null);

    assertThat(told(whole))
        .containsExactly("it goes. MigrationPolicy production forbids DropColumn: ask #data");
  }

  @Test
  void anotherRuleIsAllRight() {
    assertThat(told(new Finding("DropTable", "High", "x", "V8.sql", 3))).isEmpty();
  }

  @Test
  void aRuleExistsUnderItsOwnNameOnly() {
    assertThat(new ForbiddenRule("DropColumn", "").exists()).isTrue();
    assertThat(new ForbiddenRule("dropColumn", "").exists()).isFalse();
    assertThat(new ForbiddenRule("DropColum", "").exists()).isFalse();
  }
}
