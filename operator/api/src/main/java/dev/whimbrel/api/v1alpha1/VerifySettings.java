package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** What has to hold after the migration. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record VerifySettings(
    @JsonPropertyDescription("Queries that must return true.") List<SqlCheck> sql,
    @JsonPropertyDescription(
            "Requests that must be answered as expected, before the migration and after it, seen"
                + " from inside the cluster.")
        List<HttpCheck> http,
    @JsonPropertyDescription("Tables that must not lose rows.") RowCountCheck rowCounts,
    @JsonPropertyDescription(
            "The second stage, once the new application is out: annotation"
                + " whimbrel.dev/verify-rollout, with anything new as its value, starts it.")
        RolloutSettings rollout) {

  /** Without the second stage. */
  public VerifySettings(List<SqlCheck> sql, List<HttpCheck> http, RowCountCheck rowCounts) {
    this(sql, http, rowCounts, null);
  }

  /** Lists and maps are never null. */
  public VerifySettings {
    sql = sql == null ? List.of() : List.copyOf(sql);
    http = http == null ? List.of() : List.copyOf(http);
  }
}
