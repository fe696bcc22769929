package dev.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a MigrationPolicy forbids is said in the pull request, and fails it. */
class LintPolicyTest {

  private static final String POLICY =
      """
      # The platform team's.
      apiVersion: whimbrel.dev/v1alpha1
      kind: MigrationPolicy
      metadata: {name: production}
      spec:
        namespaceSelector: {matchLabels: {env: production}}
        forbid:
          - {rule: %s, reason: "the data team does that, ask #data"}
      """;

  @TempDir private Path folder;
  private CommandHarness command;

  @BeforeEach
  void start() {
    command = new CommandHarness(folder);
  }

  private int lint(String sql, String policy, String... options) {
    command.file("a.sql", sql).file("policy.yaml", policy);
    String[] arguments = new String[options.length + 4];
    arguments[0] = "lint";
    arguments[1] = "--policy";
    arguments[2] = "policy.yaml";
    System.arraycopy(options, 0, arguments, 3, options.length);
    arguments[arguments.length - 1] = "a.sql";
    return command.run(arguments);
  }

  @Test
  void aForbiddenFindingSaysWhoForbidsItAndWhy() {
    int code = lint("CREATE INDEX i ON t (a);", POLICY.formatted("CreateIndex"));

    assertThat(code).isEqualTo(1);
    assertThat(command.out())
        .startsWith("a.sql:1: Medium CreateIndex: ")
        .contains(
            "\n    forbidden: MigrationPolicy production forbids CreateIndex: the data team does"
                + " that, ask #data\n    instead:\n")
        .endsWith("1 file, 1 statement: 1 Medium; 1 forbidden\n");
  }

  @ParameterizedTest
  @CsvSource({"high,1", "unsafe,1", "never,0"})
  void itFailsTheCheckAtAnyRisk(String failOn, int expected) {
    assertThat(
            lint("CREATE INDEX i ON t (a);", POLICY.formatted("CreateIndex"), "--fail-on", failOn))
        .isEqualTo(expected);
  }

  @Test
  void anotherRuleIsNotForbidden() {
    assertThat(lint("CREATE INDEX i ON t (a);", POLICY.formatted("DropTable"))).isZero();
    assertThat(command.out()).doesNotContain("forbidden");
  }

  @Test
  void anIgnoredFindingIsForbiddenAllTheSame() {
    String sql =
        """
        ALTER TABLE t ADD COLUMN a int;
        -- whimbrel:ignore LocksSeveralTables nobody reads it by day
        ALTER TABLE u ADD COLUMN a int;
        """;

    assertThat(lint(sql, POLICY.formatted("LocksSeveralTables"))).isEqualTo(1);
    assertThat(command.out())
        .contains("forbidden: MigrationPolicy production forbids LocksSeveralTables");
  }

  @Test
  void everyPolicyOfEveryFileCounts() {
    command
        .file("a.sql", "DROP TABLE t;")
        .file("one.yaml", POLICY.formatted("DropSchema"))
        .file(
            "two.yaml",
            POLICY.formatted("DropColumn")
                + "---\n"
                + POLICY.formatted("DropTable").replace("production", "audit"));

    command.run("lint", "--policy", "one.yaml", "--policy", "two.yaml", "a.sql");

    assertThat(command.out()).contains("forbidden: MigrationPolicy audit forbids DropTable");
  }

  @Test
  void aRuleThatDoesNotExistIsNotPassedOver() {
    assertThat(lint("SELECT 1;", POLICY.formatted("DropColum"))).isEqualTo(2);
    assertThat(command.err())
        .contains(
            "policy.yaml: MigrationPolicy production: spec.forbid: there is no rule DropColum;"
                + " docs/rules lists them");
  }

  @Test
  void aFieldThatIsWrittenTwiceIsRefusedForOneOfThemWouldForbidNothing() {
    command.file(
        "twice.yaml",
        """
        apiVersion: whimbrel.dev/v1alpha1
        kind: MigrationPolicy
        metadata: {name: twice}
        spec:
          forbid: [{rule: DropTable, reason: no}]
          forbid: [{rule: DropColumn, reason: no}]
        """);
    command.file("a.sql", "DROP TABLE t;");

    assertThat(command.run("lint", "--policy", "twice.yaml", "a.sql")).isEqualTo(2);
    assertThat(command.err()).contains("twice.yaml", "'forbid'");
  }

  @Test
  void whatIsNoPolicyIsWrongUsage() {
    String policy = POLICY.formatted("DropTable");

    refused("", "policy.yaml: there is no MigrationPolicy in it");
    refused(
        "kind: ConfigMap", "only MigrationPolicies of whimbrel.dev/v1alpha1 with a metadata.name");
    refused(policy.replace("v1alpha1", "v9"), "only MigrationPolicies of whimbrel.dev/v1alpha1");
    refused(policy.replace("{name: production}", "{}"), "with a metadata.name");
    refused(policy.replace("forbid:", "forbids:"), "spec.forbid is empty");
    refused(policy.replaceAll("reason: .*}", "reason: ''}"), "DropTable needs a reason");
    refused("a: [", "policy.yaml: this is no YAML: ");
    assertThat(command.run("lint", "--policy", "nowhere.yaml", "a.sql")).isEqualTo(2);
    assertThat(command.err()).contains("cannot read the policy nowhere.yaml");
  }

  private void refused(String policy, String message) {
    assertThat(lint("SELECT 1;", policy)).as(policy).isEqualTo(2);
    assertThat(command.err()).contains(message);
  }
}
