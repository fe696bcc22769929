package dev.whimbrel.analysis.catalog;

/**
 * A column.
 *
 * @param name as PostgreSQL stores it
 * @param type the type's own name as in pg_type and in parse trees: {@code varchar}, {@code int4}
 * @param modifier pg_attribute.atttypmod: of varchar(n) it is n + 4; -1 for none
 * @param text the type as SQL writes it: {@code character varying(50)}
 * @param kind what kind of type it is
 * @param notNull whether it is NOT NULL
 * @param defaultValue the expression; empty for none
 * @param identity whether it is GENERATED … AS IDENTITY
 * @param generated whether it is GENERATED ALWAYS AS (expression)
 */
public record Column(
    String name,
    String type,
    int modifier,
    String text,
    TypeKind kind,
    boolean notNull,
    String defaultValue,
    boolean identity,
    boolean generated) {}
