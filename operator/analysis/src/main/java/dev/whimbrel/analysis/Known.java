package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Column;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What is known where a statement runs: the catalog as it was read, as far as the statements before
 * it have left it so, and what they did.
 */
final class Known {

  private final SchemaFacts facts;
  private final CreatedObjects created = new CreatedObjects();
  private final Proofs proofs = new Proofs();

  /** Names that this plan gave, took or may have given: the catalog does not tell of them. */
  private final Set<QualifiedName> changed = new HashSet<>();

  private final Set<QualifiedName> columns = new HashSet<>();
  private final Set<QualifiedName> filled = new HashSet<>();
  private boolean opaque;
  private boolean mayAppear;

  Known(SchemaFacts facts) {
    this.facts = facts;
  }

  CreatedObjects created() {
    return created;
  }

  Proofs proofs() {
    return proofs;
  }

  /** The major version of the server; 0 where it is not known. */
  int major() {
    return facts.major();
  }

  /** As server_version_num; 0 where it is not known. */
  int version() {
    return facts.version();
  }

  SchemaFacts facts() {
    return facts;
  }

  boolean isNew(QualifiedName table) {
    return created.contains(table);
  }

  /** What the catalog says of a relation that this plan did not make. */
  Optional<RelationFacts> relation(QualifiedName name) {
    return created.contains(name) || changed.contains(name) || opaque
        ? Optional.empty()
        : facts.relation(name);
  }

  /** Whether there is nothing of this name, for all that is known. */
  boolean isAbsent(QualifiedName name) {
    return !opaque
        && !mayAppear
        && !changed.contains(name)
        && !created.contains(name)
        && facts.isAbsent(name);
  }

  /** A name that means something else from here on. */
  void changes(QualifiedName name) {
    changed.add(name);
    changed.add(new QualifiedName("", name.name()));
  }

  /** A column that is not what the catalog says of it from here on. */
  void changes(QualifiedName table, String column) {
    columns.add(new QualifiedName(table.toString(), column));
  }

  /** From here on something may be there that was not. */
  void somethingAppears() {
    mayAppear = true;
  }

  /** Rows came into a table. */
  void fills(QualifiedName table) {
    filled.add(table);
  }

  /** Whether a table held no row when it was looked at, and none has come since. */
  boolean isEmpty(QualifiedName table) {
    return !filled.contains(table)
        && relation(table)
            .filter(facts -> facts.isEmpty() && facts.partitioning().partitions() == 0)
            .isPresent();
  }

  /** What the catalog says of a column that this plan has left as it was. */
  Optional<Column> column(QualifiedName table, String name) {
    return columns.contains(new QualifiedName(table.toString(), name))
        ? Optional.empty()
        : relation(table).flatMap(facts -> facts.column(name));
  }

  /** Whether PostgreSQL can tell without reading the table that a column holds no NULL. */
  boolean provesNotNull(QualifiedName table, String column) {
    boolean asItWas =
        !proofs.dropped(table) && !columns.contains(new QualifiedName(table.toString(), column));
    return proofs.holds(table, column)
        || asItWas && relation(table).filter(facts -> facts.provesNotNull(column)).isPresent();
  }

  /** From here on nobody knows what a name means. */
  void namesMove() {
    created.searchPathChanges();
    opaque = true;
  }

  /** From here on nobody knows what was done: a block of code may have done anything. */
  void somethingHappens() {
    opaque = true;
  }
}
