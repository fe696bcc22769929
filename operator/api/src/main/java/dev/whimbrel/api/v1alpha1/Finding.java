package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** What a reviewer should know. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Finding(
    @Required @JsonPropertyDescription("Identifier of the rule, in CamelCase.") String rule,
    @Required @JsonPropertyDescription("Low, Medium, High or Unsafe.") String risk,
    @Required @JsonPropertyDescription("What it is, and what to do about it.") String message,
    @JsonPropertyDescription("File name.") String script,
    @JsonPropertyDescription("Line in the file, from 1.") Integer line) {}
