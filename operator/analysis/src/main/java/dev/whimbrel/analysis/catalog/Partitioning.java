package dev.whimbrel.analysis.catalog;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.Optional;

/**
 * Where a relation stands in a tree of partitions.
 *
 * @param parent whose partition it is, or from which it inherits
 * @param partitions how many it has, on all levels
 * @param defaultPartition its own that takes what no other does
 */
public record Partitioning(
    Optional<QualifiedName> parent, int partitions, Optional<QualifiedName> defaultPartition) {

  /** In none. */
  public static Partitioning none() {
    return new Partitioning(Optional.empty(), 0, Optional.empty());
  }
}
