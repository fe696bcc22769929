package dev.whimbrel.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SarifReportTest {

  private static Schema official;

  @TempDir private Path folder;

  @BeforeAll
  static void readSchema() throws IOException {
    try (InputStream schema =
        SarifReportTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
      official =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
              .getSchema(
                  new String(schema.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8),
                  InputFormat.JSON);
    }
  }

  @Test
  void itIsWhatTheOfficialSchemaAsksFor() throws Exception {
    write("db/V1__a b.sql", "CREATE INDEX i ON t (a);\nDROP TABLE\n  t;\nSELEC 1;");
    write("db/U1__a.sql", "DROP INDEX i;");
    write("app/alembic.ini", "");
    write("app/versions/a.py", "down_revision = None");

    String sarif = sarif();

    assertThat(official.validate(sarif, InputFormat.JSON)).isEmpty();
  }

  @Test
  void theSchemaWouldRefuseSomethingElse() throws Exception {
    write("a.sql", "DROP TABLE t;");

    String broken = sarif().replace("\"error\"", "\"fatal\"");

    assertThat(official.validate(broken, InputFormat.JSON)).isNotEmpty();
  }

  @Test
  void aResultNamesItsRuleAndItsPlace() throws Exception {
    write("db/V1__a b.sql", "SELECT 1;\nDROP TABLE\n  t;\n");

    JsonNode run = new ObjectMapper().readTree(sarif()).path("runs").path(0);

    JsonNode rule = run.path("tool").path("driver").path("rules").path(0);
    assertThat(rule.path("id").asText()).isEqualTo("DropTable");
    assertThat(rule.path("helpUri").asText()).isEqualTo("https://example.org/rules/DropTable.md");
    assertThat(rule.path("properties").path("tags"))
        .extracting(JsonNode::asText)
        .contains("DataLoss");
    JsonNode result = run.path("results").path(0);
    assertThat(result.path("ruleId").asText()).isEqualTo("DropTable");
    assertThat(result.path("ruleIndex").asInt()).isZero();
    assertThat(result.path("level").asText()).isEqualTo("error");
    JsonNode place = result.path("locations").path(0).path("physicalLocation");
    assertThat(place.path("artifactLocation").path("uri").asText()).isEqualTo("db/V1__a%20b.sql");
    assertThat(place.path("region").path("startLine").asInt()).isEqualTo(2);
    assertThat(place.path("region").path("endLine").asInt()).isEqualTo(3);
    assertThat(run.path("invocations").path(0).path("executionSuccessful").asBoolean()).isTrue();
  }

  @Test
  void whatIsForbiddenIsAnErrorWhateverItsRisk() throws Exception {
    write("a.sql", "CREATE INDEX i ON t (a);");

    String sarif = scripts().forbidding("CreateIndex").report(Format.SARIF);

    JsonNode result = new ObjectMapper().readTree(sarif).at("/runs/0/results/0");
    assertThat(result.path("level").asText()).isEqualTo("error");
    assertThat(result.at("/message/text").asText())
        .contains("Forbidden: MigrationPolicy production forbids CreateIndex: ask #data");
    assertThat(official.validate(sarif, InputFormat.JSON)).isEmpty();
  }

  @Test
  void whatWasNotAnalysedIsSaidOfTheRunToo() throws Exception {
    write("a.sql", "SELECT 'x;");

    JsonNode invocation =
        new ObjectMapper().readTree(sarif()).path("runs").path(0).path("invocations").path(0);

    assertThat(invocation.path("executionSuccessful").asBoolean()).isFalse();
    assertThat(
            invocation
                .path("toolExecutionNotifications")
                .path(0)
                .path("message")
                .path("text")
                .asText())
        .startsWith("a.sql:1: ");
  }

  private String sarif() throws Exception {
    return scripts().report(Format.SARIF);
  }

  private void write(String name, String text) throws IOException {
    scripts().write(name, text);
  }

  private ReportedFolder scripts() {
    return new ReportedFolder(folder, Optional.of("https://example.org/rules"));
  }
}
