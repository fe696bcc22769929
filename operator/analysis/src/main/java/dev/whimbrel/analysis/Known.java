package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Column;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import java.util.Optional;

/**
 * What is known where a statement runs: the catalog as it was read, as far as the statements before
 * it have left it so, and what they did.
 */
final class Known {

  private final SchemaFacts facts;
  private final CreatedObjects created = new CreatedObjects();
  private final CreatedColumns columns = new CreatedColumns();
  private final Proofs proofs = new Proofs();
  private final Changes changes = new Changes(created);
  private boolean inUtc;

  Known(SchemaFacts facts) {
    this.facts = facts;
  }

  CreatedObjects created() {
    return created;
  }

  CreatedColumns columns() {
    return columns;
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

  /** Whether this plan made a table, and has put no row into it. */
  boolean isNewAndEmpty(QualifiedName table) {
    return isNew(table) && !changes.mayHaveFilled(table);
  }

  /** What the catalog says of a relation that this plan did not make. */
  Optional<RelationFacts> relation(QualifiedName name) {
    return created.contains(name) || !changes.keeps(name) ? Optional.empty() : facts.relation(name);
  }

  /** Whether there is nothing of this name, for all that is known. */
  boolean isAbsent(QualifiedName name) {
    return !changes.mayHaveMade(name) && !created.contains(name) && facts.isAbsent(name);
  }

  /** Whether a table held no row when it was looked at, and none has come since. */
  boolean isEmpty(QualifiedName table) {
    return changes.keepsEmpty(table)
        && relation(table)
            .filter(facts -> facts.isEmpty() && facts.partitioning().partitions() == 0)
            .isPresent();
  }

  /** Whether a table holds the rows that it held when they were looked at. */
  boolean keepsRows(QualifiedName table) {
    return changes.keepsRows(table) && relation(table).isPresent();
  }

  /** What the catalog says of a column that this plan has left as it was. */
  Optional<Column> column(QualifiedName table, String name) {
    return changes.keepsColumn(table, name)
        ? relation(table).flatMap(facts -> facts.column(name))
        : Optional.empty();
  }

  /** Whether PostgreSQL can tell without reading the table that a column holds no NULL. */
  boolean provesNotNull(QualifiedName table, String column) {
    boolean asItWas = !proofs.dropped(table) && changes.keepsColumn(table, column);
    return proofs.holds(table, column)
        || asItWas && relation(table).filter(facts -> facts.provesNotNull(column)).isPresent();
  }

  /** Whether the script has set its session's time zone to UTC. */
  boolean isInUtc() {
    return inUtc;
  }

  /** The script sets its session's time zone; or nobody knows any more what it is. */
  void sessionIsInUtc(boolean utc) {
    inUtc = utc;
  }

  /** A statement has run. */
  void note(Trees trees, Parsed parsed) {
    changes.note(trees, parsed);
    parsed.nodes().forEach(columns::note);
  }

  /** What was made may have been taken back. */
  void takesBack() {
    created.clear();
    columns.clear();
    proofs.clear();
  }
}
