package dev.whimbrel.analysis.catalog;

/** What a relation is (pg_class.relkind). */
public enum RelationKind {
  TABLE("table"),
  PARTITIONED_TABLE("partitioned table"),
  FOREIGN_TABLE("foreign table"),
  VIEW("view"),
  MATERIALIZED_VIEW("materialized view"),
  INDEX("index"),
  PARTITIONED_INDEX("partitioned index"),
  SEQUENCE("sequence"),
  COMPOSITE_TYPE("composite type");

  private final String label;

  RelationKind(String label) {
    this.label = label;
  }

  /** As messages call it. */
  public String label() {
    return label;
  }
}
