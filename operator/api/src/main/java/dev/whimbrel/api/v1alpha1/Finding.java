package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/** What a reviewer should know. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Finding(
    @Required @JsonPropertyDescription("Identifier of the rule, in CamelCase.") String rule,
    @Required @JsonPropertyDescription("Low, Medium, High or Unsafe.") String risk,
    @Required @JsonPropertyDescription("What it is, and what to do about it.") String message,
    @JsonPropertyDescription("File name.") String script,
    @JsonPropertyDescription("Line in the file, from 1.") Integer line,
    @JsonPropertyDescription("SQL that does the same with less risk, a line each.")
        List<String> rewrite,
    @JsonPropertyDescription("Where it was found: the line, and how the statement there begins.")
        String at) {

  public Finding {
    rewrite = rewrite == null ? List.of() : List.copyOf(rewrite);
  }

  /** One that does not show the statement. */
  public Finding(
      String rule, String risk, String message, String script, Integer line, List<String> rewrite) {
    this(rule, risk, message, script, line, rewrite, null);
  }

  /** One without SQL to write instead. */
  public Finding(String rule, String risk, String message, String script, Integer line) {
    this(rule, risk, message, script, line, List.of(), null);
  }

  /** The same finding, showing the statement. */
  public Finding at(String place) {
    return new Finding(rule, risk, message, script, line, rewrite, place);
  }

  /** Where it was found and what it is, in one line. */
  public String told() {
    String where = (script == null ? "" : script) + (line == null ? "" : " line " + line);
    return where.isEmpty() ? message : where.strip() + ": " + message;
  }
}
