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
        String at,
    @JsonPropertyDescription(
            "The rule whose finding this stands for, which is not shown: the author of the script"
                + " ignores it.")
        String standsFor) {

  public Finding {
    rewrite = rewrite == null ? List.of() : List.copyOf(rewrite);
  }

  /** One that does not show the statement. */
  public Finding(
      String rule, String risk, String message, String script, Integer line, List<String> rewrite) {
    this(rule, risk, message, script, line, rewrite, null, null);
  }

  /** One without SQL to write instead. */
  public Finding(String rule, String risk, String message, String script, Integer line) {
    this(rule, risk, message, script, line, List.of(), null, null);
  }

  /** The same finding, showing the statement. */
  public Finding at(String place) {
    return new Finding(rule, risk, message, script, line, rewrite, place, standsFor);
  }

  /** The same finding, in place of one of another rule; null for none. */
  public Finding standingFor(String other) {
    return new Finding(rule, risk, message, script, line, rewrite, at, other);
  }

  /** Whether it was found by this rule, or stands for what that has found. */
  public boolean isOf(String id) {
    return id.equals(rule) || id.equals(standsFor);
  }

  /** Where it was found and what it is, in one line. */
  public String told() {
    String where = (script == null ? "" : script) + (line == null ? "" : " line " + line);
    return where.isEmpty() ? message : where.strip() + ": " + message;
  }
}
