package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** One part of a traffic split. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrafficShare(
    @JsonPropertyDescription("Name of the revision that served it, like kotori-api-00012-abc.")
        String revision,
    @JsonPropertyDescription("Percent of the requests; 0 for a revision that only has a tag.")
        int percent,
    @JsonPropertyDescription("Tag under which the revision has an address of its own.")
        String tag) {}
