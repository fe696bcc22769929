package dev.whimbrel.analysis.catalog;

import java.util.List;
import java.util.OptionalLong;

/**
 * An index.
 *
 * @param columns names of its key columns; an expression is an empty name
 * @param unique whether it is unique, a primary key's too
 * @param primary whether it is the primary key's
 * @param valid whether queries use it: not, where CONCURRENTLY failed or is still at work
 * @param partial whether it has a WHERE
 * @param bytes on disk; empty where it is not known
 */
public record Index(
    String name,
    List<String> columns,
    boolean unique,
    boolean primary,
    boolean valid,
    boolean partial,
    OptionalLong bytes) {

  public Index {
    columns = List.copyOf(columns);
  }
}
