package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/** Tables whose rows are counted just before the first statement and after the last. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RowCountCheck(
    @Required
        @JsonPropertyDescription(
            "Tables, like users or app.users, as SQL spells them. Exact below a million rows and"
                + " where counting takes less than 30 s; else the server's estimate, marked as"
                + " one.")
        List<String> tables,
    @Default("false")
        @JsonPropertyDescription("Whether a table with fewer rows than before is all right.")
        Boolean mayShrink) {

  /** Lists are never null. */
  public RowCountCheck {
    tables = tables == null ? List.of() : List.copyOf(tables);
  }
}
