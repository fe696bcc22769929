package dev.whimbrel.google.build;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A build, as Cloud Build shows it.
 *
 * @param id its id
 * @param status see {@link Status}
 * @param detail what Cloud Build says about the status
 * @param failure type of a failure, like USER_BUILD_STEP or LOGGING_FAILURE
 * @param tags its tags
 * @param outputs what its steps left in {@code $BUILDER_OUTPUT/output}, by their ids; known once it
 *     has ended
 * @param logUrl where a person reads its log
 * @param images what it has pushed: digests, {@code sha256:…}, by name
 */
public record BuildRecord(
    String id,
    Status status,
    Optional<String> detail,
    Optional<String> failure,
    List<String> tags,
    Map<String, byte[]> outputs,
    Optional<String> logUrl,
    Map<String, String> images) {

  /** Copies the collections. */
  public BuildRecord {
    tags = List.copyOf(tags);
    outputs = Map.copyOf(outputs);
    images = Map.copyOf(images);
  }

  /** One that has pushed nothing. */
  public BuildRecord(
      String id,
      Status status,
      Optional<String> detail,
      Optional<String> failure,
      List<String> tags,
      Map<String, byte[]> outputs,
      Optional<String> logUrl) {
    this(id, status, detail, failure, tags, outputs, logUrl, Map.of());
  }

  /** Where a build stands. */
  public enum Status {
    PENDING(false),
    QUEUED(false),
    WORKING(false),
    SUCCESS(true),
    FAILURE(true),
    INTERNAL_ERROR(true),
    TIMEOUT(true),
    CANCELLED(true),
    EXPIRED(true),
    /** One that this client does not know: looked at again, never taken for an end. */
    OTHER(false);

    private final boolean terminal;

    Status(boolean terminal) {
      this.terminal = terminal;
    }

    /** Whether it stays like this. */
    public boolean terminal() {
      return terminal;
    }

    static Status of(String word) {
      for (Status status : values()) {
        if (status.name().equals(word)) {
          return status;
        }
      }
      return OTHER;
    }
  }

  /** How messages call it. */
  public String describe() {
    return "build " + id + " (" + status + ")";
  }
}
