package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a plan does to that which a reviewer asks about. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PlanImpact(
    @JsonPropertyDescription("Whether rows or values may be gone.") ImpactAnswer dataLoss,
    @JsonPropertyDescription("Whether somebody waits, or cannot read or write, and for how long.")
        ImpactAnswer downtime,
    @JsonPropertyDescription(
            "How hard it is to go back. Low where the plan holds a way back for each revision that"
                + " loses nothing, at least Medium where it does not.")
        ImpactAnswer rollback,
    @JsonPropertyDescription(
            "What it costs in time, disk and I/O, and whether something is slower afterwards.")
        ImpactAnswer performance,
    @JsonPropertyDescription("Whether applications have to change that rely on what was there.")
        ImpactAnswer compatibility) {

  /** The levels in one line, as "data loss High, downtime Low"; empty where there is no answer. */
  public String text() {
    return Stream.of(
            text("data loss", dataLoss),
            text("downtime", downtime),
            text("rollback", rollback),
            text("performance", performance),
            text("compatibility", compatibility))
        .filter(Objects::nonNull)
        .collect(Collectors.joining(", "));
  }

  private static String text(String name, ImpactAnswer answer) {
    return answer == null ? null : name + " " + answer.level();
  }
}
