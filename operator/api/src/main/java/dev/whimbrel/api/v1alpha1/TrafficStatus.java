package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.stream.Collectors;

/** The traffic split of the Cloud Run service as it was before a migration. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrafficStatus(
    @JsonPropertyDescription("The service, as projects/PROJECT/locations/REGION/services/NAME.")
        String service,
    @JsonPropertyDescription("When it was read, right before the first statement, UTC.")
        String recordedAt,
    @JsonPropertyDescription("The newest revision that was ready then.") String latestReadyRevision,
    @JsonPropertyDescription("Who served: each revision with its percent.")
        List<TrafficShare> shares,
    @JsonPropertyDescription("The run whose migrate step read it.") String run,
    @JsonPropertyDescription("Revision of the database then; empty for an empty history.")
        String databaseRevision) {

  /** Lists are never null, and an empty history is not unknown: JSON leaves both out. */
  public TrafficStatus {
    shares = shares == null ? List.of() : List.copyOf(shares);
    databaseRevision = databaseRevision == null ? "" : databaseRevision;
  }

  /** The same as that of a run that found the database at this revision. */
  public TrafficStatus of(String otherRun, String revision) {
    return new TrafficStatus(service, recordedAt, latestReadyRevision, shares, otherRun, revision);
  }

  /** Who served, for people: {@code kotori-api-00012-abc 90 %, kotori-api-00013-def 10 %}. */
  public String text() {
    return shares.stream()
        .filter(share -> share.percent() > 0)
        .map(share -> share.revision() + " " + share.percent() + " %")
        .collect(Collectors.joining(", "));
  }
}
