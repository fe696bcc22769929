package dev.whimbrel.analysis.catalog;

/** What kind of type a name means (pg_type.typtype). */
public enum TypeKind {
  /** One with values of its own, and an array of any. */
  BASE,
  ENUM,
  COMPOSITE,
  RANGE,
  /** A domain that accepts every value of the type below. */
  DOMAIN,
  /** A domain with NOT NULL or a CHECK, of its own or of the domain below. */
  CONSTRAINED_DOMAIN
}
