package dev.whimbrel.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonReportTest {

  @TempDir private Path folder;

  @Test
  void programsFindWhatPeopleRead() throws Exception {
    ReportedFolder scripts = new ReportedFolder(folder);
    scripts.write("V7__a.sql", "SELECT 1;\nCREATE INDEX i ON t (a);\nSELECT ${x};");

    JsonNode root = new ObjectMapper().readTree(scripts.report(Format.JSON));

    assertThat(root.path("format").asInt()).isEqualTo(1);
    assertThat(root.path("risk").asText()).isEqualTo("Medium");
    assertThat(root.path("summary").path("notAnalysed").asInt()).isEqualTo(1);
    assertThat(root.path("summary").path("medium").asInt()).isEqualTo(2);
    JsonNode script = root.path("sources").path(0).path("scripts").path(0);
    assertThat(script.path("version").asText()).isEqualTo("7");
    JsonNode finding = script.path("findings").path(0);
    assertThat(finding.path("rule").asText()).isEqualTo("CreateIndex");
    assertThat(finding.path("line").asInt()).isEqualTo(2);
    assertThat(finding.path("statement").asText()).isEqualTo("CREATE INDEX i ON t (a)");
    assertThat(finding.path("rewrite")).isNotEmpty();
    assertThat(finding.path("notAnalysed").asBoolean()).isFalse();
    assertThat(script.path("findings").path(1).path("notAnalysed").asBoolean()).isTrue();
    assertThat(finding.path("forbidden").isArray()).isTrue();
    assertThat(finding.path("forbidden")).isEmpty();
  }

  @Test
  void whatIsForbiddenIsCountedAndTold() throws Exception {
    ReportedFolder scripts = new ReportedFolder(folder);
    scripts.write("V7__a.sql", "CREATE INDEX i ON t (a);");

    JsonNode root =
        new ObjectMapper().readTree(scripts.forbidding("CreateIndex").report(Format.JSON));

    assertThat(root.at("/summary/forbidden").asInt()).isEqualTo(1);
    assertThat(root.at("/sources/0/scripts/0/findings/0/forbidden/0").asText())
        .isEqualTo("MigrationPolicy production forbids CreateIndex: ask #data");
  }
}
