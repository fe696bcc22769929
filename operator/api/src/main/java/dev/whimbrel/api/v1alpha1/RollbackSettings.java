package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;

/** What happens when the migrate step fails, and what a way back is made of. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RollbackSettings(
    @Default("None")
        @Pattern("^(None|Downgrade)$")
        @JsonPropertyDescription(
            "None: the schema is never changed back by itself. Downgrade: whole revisions of a"
                + " failed migrate step are undone, where the approved plan holds their way back"
                + " and it drops nothing, changes no data and can be previewed.")
        String onFailure,
    @JsonPropertyDescription(
            "The Cloud Run service whose traffic goes back with the schema. Its split is recorded"
                + " right before the first statement; a rollback, a downgrade to the revision that"
                + " the split belongs to, and annotation whimbrel.dev/restore-traffic put it back.")
        CloudRunSettings cloudRun) {

  /** Of a schema alone. */
  public RollbackSettings(String onFailure) {
    this(onFailure, null);
  }
}
