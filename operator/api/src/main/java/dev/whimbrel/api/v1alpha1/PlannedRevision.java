package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/** One pending revision. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PlannedRevision(
    @JsonPropertyDescription("Version; empty for a repeatable script.") String version,
    @JsonPropertyDescription("Description from the file name.") String description,
    @Required @JsonPropertyDescription("File name.") String script,
    @JsonPropertyDescription("Versioned, Repeatable, Callback, Baseline.") String kind,
    @Required @JsonPropertyDescription("SHA-256 of the bytes of the script.") String hash,
    @JsonPropertyDescription("The tool's own checksum.") Integer checksum,
    @JsonPropertyDescription("Whether it runs in a transaction.") Boolean transactional,
    @JsonPropertyDescription("Low, Medium, High or Unsafe.") String risk,
    @JsonPropertyDescription("The script as it is, line by line, with placeholders filled in.")
        List<String> sql,
    @JsonPropertyDescription(
            "Source of the revision, line by line, where it runs code that no SQL preview can"
                + " show.")
        List<String> code,
    @JsonPropertyDescription("The way back, as SQL; empty where there is none.") WayBack undo) {

  /** A script that runs along with others, however often they run: not a revision of its own. */
  public static final String CALLBACK = "Callback";

  /** Lists and maps are never null. */
  public PlannedRevision {
    sql = sql == null ? List.of() : List.copyOf(sql);
    code = code == null ? List.of() : List.copyOf(code);
  }

  /** Whether the history tells that it is in: of all kinds but callbacks. */
  public boolean leavesTrace() {
    return !CALLBACK.equals(kind);
  }
}
