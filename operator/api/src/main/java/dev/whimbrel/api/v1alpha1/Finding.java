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
        List<String> rewrite) {

  public Finding {
    rewrite = rewrite == null ? List.of() : List.copyOf(rewrite);
  }

  /** One without SQL to write instead. */
  public Finding(String rule, String risk, String message, String script, Integer line) {
    this(rule, risk, message, script, line, List.of());
  }
}
