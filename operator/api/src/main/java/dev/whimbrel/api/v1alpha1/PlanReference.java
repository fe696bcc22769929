package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** The plan of a run. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PlanReference(
    @JsonPropertyDescription("Name of the MigrationPlan.") String name,
    @JsonPropertyDescription("UID of the MigrationPlan.") String uid,
    @JsonPropertyDescription("Hash of the plan: what an approval binds.") String hash,
    @JsonPropertyDescription("Low, Medium, High or Unsafe.") String risk,
    @JsonPropertyDescription("Revision before.") String from,
    @JsonPropertyDescription("Revision after.") String to,
    @JsonPropertyDescription("Number of pending revisions, without callbacks.") Integer revisions,
    @JsonPropertyDescription("Whether a revision runs without a transaction and may take long.")
        Boolean online,
    @JsonPropertyDescription("When the plan was made, UTC.") String plannedAt,
    @JsonPropertyDescription("When the wait for approval ends, UTC.") String expiresAt,
    @JsonPropertyDescription(
            "The image it was made in, by digest; absent where there is none, or its digest is not"
                + " known.")
        String image) {

  /** A plan that was made without an image of the user's. */
  public PlanReference(
      String name,
      String uid,
      String hash,
      String risk,
      String from,
      String to,
      Integer revisions,
      Boolean online,
      String plannedAt,
      String expiresAt) {
    this(name, uid, hash, risk, from, to, revisions, online, plannedAt, expiresAt, null);
  }

  /** The same, once its object is seen. */
  public PlanReference withUid(String seen) {
    return new PlanReference(
        name, seen, hash, risk, from, to, revisions, online, plannedAt, expiresAt, image);
  }

  /** The same, once it waits for approval. */
  public PlanReference withExpiresAt(String end) {
    return new PlanReference(
        name, uid, hash, risk, from, to, revisions, online, plannedAt, end, image);
  }
}
