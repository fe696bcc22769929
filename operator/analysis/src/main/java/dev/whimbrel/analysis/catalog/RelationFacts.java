package dev.whimbrel.analysis.catalog;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.List;
import java.util.Optional;

/**
 * What a catalog says of one relation.
 *
 * @param name with its schema
 * @param kind what it is
 * @param table whose index it is; empty for what is no index
 * @param size how large it is; of a partitioned table, all of its partitions together
 * @param traffic how busy it is; of a partitioned table, all of its partitions together
 * @param columns in their order
 * @param checks its CHECK constraints
 * @param indexes its own, not those of its partitions
 * @param foreignKeys that it has
 * @param referencedBy foreign keys of others, or of itself, that point to it
 * @param triggers names, without those of constraints
 * @param dependents what a DROP … CASCADE of it takes along
 * @param partitioning where it stands in a tree of partitions
 * @param replicated whether a publication of logical replication holds it
 */
public record RelationFacts(
    QualifiedName name,
    RelationKind kind,
    Optional<QualifiedName> table,
    Size size,
    Traffic traffic,
    List<Column> columns,
    List<Check> checks,
    List<Index> indexes,
    List<ForeignKey> foreignKeys,
    List<ForeignKey> referencedBy,
    List<String> triggers,
    List<Dependent> dependents,
    Partitioning partitioning,
    boolean replicated) {

  public RelationFacts {
    columns = List.copyOf(columns);
    checks = List.copyOf(checks);
    indexes = List.copyOf(indexes);
    foreignKeys = List.copyOf(foreignKeys);
    referencedBy = List.copyOf(referencedBy);
    triggers = List.copyOf(triggers);
    dependents = List.copyOf(dependents);
  }

  /** One of which only the name and the kind matter; for tests, and to build upon. */
  public static RelationFacts of(QualifiedName name, RelationKind kind) {
    return new RelationFacts(
        name,
        kind,
        Optional.empty(),
        Size.unknown(),
        Traffic.unknown(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Partitioning.none(),
        false);
  }

  /** The same with another size. */
  public RelationFacts withSize(Size other) {
    return with(other, columns, checks, indexes, dependents);
  }

  /** The same with other columns and CHECKs. */
  public RelationFacts withColumns(List<Column> others, List<Check> otherChecks) {
    return with(size, others, otherChecks, indexes, dependents);
  }

  /** The same with other dependents. */
  public RelationFacts withDependents(List<Dependent> others) {
    return with(size, columns, checks, indexes, others);
  }

  /** The same with other indexes. */
  public RelationFacts withIndexes(List<Index> others) {
    return with(size, columns, checks, others, dependents);
  }

  private RelationFacts with(
      Size otherSize,
      List<Column> otherColumns,
      List<Check> otherChecks,
      List<Index> otherIndexes,
      List<Dependent> otherDependents) {
    return new RelationFacts(
        name,
        kind,
        table,
        otherSize,
        traffic,
        otherColumns,
        otherChecks,
        otherIndexes,
        foreignKeys,
        referencedBy,
        triggers,
        otherDependents,
        partitioning,
        replicated);
  }

  /** The column of that name. */
  public Optional<Column> column(String column) {
    return columns.stream().filter(each -> each.name().equals(column)).findFirst();
  }

  /** Whether it held no row: its files are empty. False where that is not known. */
  public boolean isEmpty() {
    return size.bytes().isPresent() && size.bytes().getAsLong() == 0;
  }

  /**
   * Whether PostgreSQL can tell without reading the table that a column holds no NULL: it is NOT
   * NULL, or a valid CHECK says so (as ConstraintImpliedByRelConstraint of tablecmds.c does for SET
   * NOT NULL, since version 12).
   */
  public boolean provesNotNull(String column) {
    return column(column).filter(Column::notNull).isPresent()
        || checks.stream().anyMatch(check -> check.provesNotNull(column));
  }
}
