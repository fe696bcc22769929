package dev.whimbrel.google.cloudsql;

import java.util.List;
import java.util.Optional;

/**
 * One page of a list.
 *
 * @param items newest first
 * @param nextPageToken for the next page, absent on the last
 */
public record Page<T>(List<T> items, Optional<String> nextPageToken) {

  /** Copies the list. */
  public Page {
    items = List.copyOf(items);
  }
}
