package dev.whimbrel.google.run;

import java.util.Optional;

/**
 * A part of a traffic split.
 *
 * @param revision short name; empty for whichever revision is the newest that is ready
 * @param percent of the requests, 0 for one that only has a tag
 * @param tag under which the revision has an address of its own
 */
public record Share(Optional<String> revision, int percent, Optional<String> tag) {

  /** One without a tag. */
  public static Share of(String revision, int percent) {
    return new Share(Optional.of(revision), percent, Optional.empty());
  }

  /** The same of a revision that has a name. */
  Share of(String latest) {
    return revision.isPresent() ? this : new Share(Optional.of(latest), percent, tag);
  }
}
